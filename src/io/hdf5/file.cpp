#include "io/hdf5/file.hpp"

#include "io/bytes.hpp"
#include "io/checksum.hpp"
#include "io/hdf5/checksum.hpp"

#include <algorithm>
#include <cstring>

namespace keratin::io::hdf5 {
namespace {

constexpr uint64_t page_bytes = 4096;

}  // namespace

uint64_t Fields::number(size_t width) {
    return little_endian(bytes(width).data(), width);
}

uint64_t Fields::address() {
    const size_t width = file_->widths().address;
    const uint64_t value = number(width);
    return width < 8 && value == (uint64_t{1} << (8 * width)) - 1 ? nowhere : value;
}

uint64_t Fields::length() {
    return number(file_->widths().length);
}

std::span<const uint8_t> Fields::bytes(uint64_t count) {
    if (count > left()) fail("{} bytes were expected here, and {} are left of this structure", count, left());
    const auto result = bytes_.subspan(at_, count);
    at_ += count;
    return result;
}

std::string Fields::text(uint64_t count) {
    const auto from = bytes(count);
    return std::string(from.begin(), std::find(from.begin(), from.end(), uint8_t{0}));
}

Fields Fields::part(uint64_t count) {
    const uint64_t begin = place();
    return Fields(*file_, bytes(count), begin);
}

void Fields::align(size_t to) {
    const size_t next = (at_ + to - 1) / to * to;
    skip(std::min<uint64_t>(next - at_, left()));  // the last field of a structure may end without padding
}

void Fields::expect(std::string_view signature) {
    const auto found = bytes(signature.size());
    if (!std::equal(found.begin(), found.end(), signature.begin()))
        fail_at(file_->name(), place() - signature.size(), "\"{}\" was expected here", signature);
}

void Fields::expect_version(uint8_t version, const char* what) {
    const uint8_t found = u8();
    if (found != version)
        fail_at(file_->name(), place() - 1, "{} of version {}; version {} is read", what, found, version);
}

Block File::read(uint64_t address, uint64_t bytes, const char* what) {
    claim(address, bytes, what);
    return content(address, bytes);
}

Block File::read_checked(uint64_t address, uint64_t bytes, const char* what) {
    constexpr size_t checksum = 4;
    if (bytes < checksum) fail(address, "{} of {} bytes has no room for its checksum", what, bytes);
    Block block = read(address, bytes, what);
    Fields said(*this, block.bytes().last(checksum), block.place() + bytes - checksum);
    block.shorten(checksum);
    if (lookup3(block.bytes()) != said.u32() && checksums_are_verified)
        fail(address, "the checksum of {} does not fit its bytes", what);
    return block;
}

Block File::peek(uint64_t address, uint64_t bytes) {
    require_within(address, bytes, "a structure");
    return content(address, bytes);
}

void File::require_within(uint64_t address, uint64_t bytes, const char* what) const {
    const uint64_t end = source_.size() - base_;
    if (address == nowhere) fail_at(name(), {}, "{} is needed, and its address is undefined", what);
    if (address > end || bytes > end - address)
        fail_at(name(), {}, "{} of {} bytes at address {} lies outside the file, which ends at {}", what,
                bytes, address, end);
}

void File::claim(uint64_t address, uint64_t bytes, const char* what) {
    require_within(address, bytes, what);
    if (bytes == 0) return;
    spend(sizeof(Claim));
    claims_.push_back({address, bytes, what});
    claimed_ += bytes;
    if (claimed_ > source_.size()) require_disjoint();  // they cannot be: it says which are not
}

void File::require_disjoint() {
    std::sort(claims_.begin(), claims_.end(),
              [](const Claim& a, const Claim& b) { return a.address < b.address; });
    for (size_t i = 1; i < claims_.size(); ++i) {
        const Claim& a = claims_[i - 1];
        const Claim& b = claims_[i];
        if (b.address - a.address < a.bytes)
            fail(b.address, "{} overlaps {} at byte {}, which has {} bytes", b.what, a.what,
                 base_ + a.address, a.bytes);
    }
}

void File::spend(uint64_t bytes) {
    spent_ += bytes;
    const uint64_t most = free_memory + source_.size();
    if (spent_ > most)
        throw FormatError(
            name(), {},
            fmt::format("what it describes takes more than {} bytes of memory, too many for a file of {}",
                        most, source_.size()));
}

/// Small structures stand close together: they come from pages, a read for each field would be slow.
Block File::content(uint64_t address, uint64_t bytes) {
    std::vector<uint8_t> content(bytes);
    uint64_t place = base_ + address;
    if (bytes >= page_bytes) source_.read(place, content.data(), content.size());
    for (std::span<uint8_t> rest = bytes >= page_bytes ? std::span<uint8_t>{} : content; !rest.empty();) {
        const Page& from = page(place / page_bytes);
        const uint64_t at = place % page_bytes;
        const size_t count = std::min<size_t>(rest.size(), from.bytes.size() - at);
        std::memcpy(rest.data(), &from.bytes[at], count);
        rest = rest.subspan(count);
        place += count;
    }
    return Block(*this, base_ + address, std::move(content));
}

const File::Page& File::page(uint64_t number) {
    ++clock_;
    auto found =
        std::find_if(pages_.begin(), pages_.end(), [&](const Page& p) { return p.number == number; });
    if (found == pages_.end()) {
        found = std::min_element(pages_.begin(), pages_.end(),
                                 [](const Page& a, const Page& b) { return a.used < b.used; });
        const uint64_t begin = number * page_bytes;
        found->number = nowhere;  // in case the read throws
        found->bytes.resize(std::min(page_bytes, source_.size() - begin));
        source_.read(begin, found->bytes.data(), found->bytes.size());
        found->number = number;
    }
    found->used = clock_;
    return *found;
}

}  // namespace keratin::io::hdf5
