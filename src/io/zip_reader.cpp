#include "io/zip.hpp"

#include <keratin/core/error.hpp>

#include "io/unpacking.hpp"
#include "io/zip_records.hpp"

#include <algorithm>
#include <array>

namespace keratin::io {
namespace {

using namespace zip;

// Keras's rule for bombs.
constexpr uint64_t suspicious_size = uint64_t{256} << 20;
constexpr uint64_t suspicious_gain = 100;

void require_checksum(const std::string& name, uint32_t found, uint32_t said) {
    if (found != said && checksums_are_verified)
        fail_at(name, {}, "its checksum is {:#010x}, the archive's directory has {:#010x}", found, said);
}

}  // namespace

ZipReader::ZipReader(std::shared_ptr<const Source> file, const ReadLimits& limits)
    : file_(std::move(file)), limits_(limits) {
    const Directory directory = find_directory(*file_);
    members_ = read_directory(*file_, directory);
    uint64_t total = 0;
    for (const zip::Member& member : members_) {
        check_sizes(member);
        if (member.method == deflated) total += member.unpacked;
        if (total > limits_.unpacked_bytes)
            fail_at(file_->name(), member.record,
                    "the members up to {} unpack to {} bytes; ReadLimits::unpacked_bytes allows {}",
                    quoted(member.name), total, limits_.unpacked_bytes);
    }
    read_headers(directory.begin);
    for (size_t i = 0; i < members_.size(); ++i)
        if (const std::string& name = members_[i].name; name.back() != '/') {
            names_.push_back(name);
            index_.emplace(name, i);
        }
}

void ZipReader::check_sizes(const zip::Member& member) const {
    const auto refuse = [&](const std::string& why) {
        fail_at(file_->name(), member.record, "member {}: {} bytes are said to be packed in {}: {}",
                quoted(member.name), member.unpacked, member.packed, why);
    };
    if (member.packed > file_->size()) refuse("more than the file has");
    if (member.method == stored) {
        if (member.packed != member.unpacked) refuse("a stored member has as many");
        return;
    }
    if (member.unpacked / most_deflate_gain > member.packed) refuse("deflating cannot gain so much");
    if (member.unpacked > suspicious_size && member.unpacked / suspicious_gain > member.packed)
        refuse(
            fmt::format("above {} bytes a gain of {} is taken for a bomb", suspicious_size, suspicious_gain));
}

void ZipReader::read_headers(uint64_t directory) {
    std::vector<zip::Member*> sorted;
    for (zip::Member& member : members_) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(),
              [](const zip::Member* a, const zip::Member* b) { return a->header < b->header; });
    for (size_t i = 0; i < sorted.size(); ++i)
        read_header(*sorted[i], i + 1 < sorted.size() ? sorted[i + 1]->header : directory);
}

/// Overlapping members are how a small file becomes a big bomb; `end` is where the next thing begins.
void ZipReader::read_header(zip::Member& member, uint64_t end) const {
    std::array<uint8_t, local_bytes> bytes{};
    file_->read(member.header, bytes.data(), bytes.size());
    Fields fields(bytes.data());
    const uint32_t signature = fields.u32();
    if (signature != local_signature)
        fail_at(file_->name(), member.header, "the header of member {} was expected here",
                quoted(member.name));
    fields.skip(2);
    const uint16_t flags = fields.u16();
    const uint16_t method = fields.u16();
    fields.skip(4);
    const uint32_t crc = fields.u32();
    uint64_t packed = fields.u32();
    uint64_t unpacked = fields.u32();
    const size_t name_bytes = fields.u16();
    std::vector<uint8_t> rest(name_bytes + fields.u16());
    member.begin = member.header + local_bytes + rest.size();
    if (member.begin > end || member.packed > end - member.begin)
        fail_at(file_->name(), member.header, "member {} of {} bytes overlaps what begins at byte {}",
                quoted(member.name), member.packed, end);
    file_->read(member.header + local_bytes, rest.data(), rest.size());
    const auto differs = [&](const char* what) {
        fail_at(file_->name(), member.header, "the header of member {} has another {} than the directory",
                quoted(member.name), what);
    };
    if (std::string_view(reinterpret_cast<const char*>(rest.data()), name_bytes) != member.name)
        differs("name");
    if (method != member.method) differs("method");
    if ((flags ^ member.flags) & 1) differs("encryption");
    constexpr uint16_t sizes_follow = 1 << 3;  // the member; the directory repeats them
    if (!(flags & sizes_follow)) {
        if (!widen(Piece(rest).subspan(name_bytes), {&unpacked, &packed})) differs("way to tell its size");
        if (crc != member.crc) differs("checksum");
        if (packed != member.packed || unpacked != member.unpacked) differs("size");
    }
}

std::vector<uint8_t> ZipReader::inflated(const zip::Member& member, const std::string& name) const {
    const std::shared_ptr<const Source> packed = part_of(file_, name, member.begin, member.packed);
    Unpacking unpacking(*packed, Unpacking::Form::deflated);
    constexpr size_t step = 256 * 1024;  // memory is touched as far as there are bytes for it
    std::vector<uint8_t> bytes;
    bytes.reserve(static_cast<size_t>(member.unpacked));
    for (size_t at = 0; at < member.unpacked; at = bytes.size()) {
        bytes.resize(at + static_cast<size_t>(std::min<uint64_t>(step, member.unpacked - at)));
        const size_t got = unpacking.read(&bytes[at], bytes.size() - at);
        if (got < bytes.size() - at)
            fail_at(name, {}, "it unpacks to {} bytes, the archive's directory has {}", at + got,
                    member.unpacked);
    }
    if (uint8_t beyond = 0; unpacking.read(&beyond, 1) != 0)
        fail_at(name, {}, "it unpacks to more than the {} bytes that the archive's directory has",
                member.unpacked);
    const Piece whole = bytes;
    require_checksum(name, crc32_of({&whole, 1}), member.crc);
    return bytes;
}

std::shared_ptr<const Source> ZipReader::open(std::string_view name) const {
    const auto found = index_.find(name);
    if (found == index_.end())
        fail_at(file_->name(), {}, "the archive has no member {}; it has {}", quoted(name),
                names_.empty() ? "none" : fmt::format("{} others", names_.size()));
    const zip::Member& member = members_[found->second];
    const std::string full_name = fmt::format("{}: {}", file_->name(), name);
    if (member.method == deflated) return source_of(full_name, inflated(member, full_name));
    auto part = part_of(file_, full_name, member.begin, member.packed);
    require_checksum(full_name, crc32_of(*part), member.crc);
    return part;
}

}  // namespace keratin::io
