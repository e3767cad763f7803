#include "io/zip.hpp"

#include <keratin/core/error.hpp>

#include "io/bytes.hpp"
#include "io/unpacking.hpp"
#include "io/zip_records.hpp"

#include <algorithm>
#include <array>

namespace keratin::io {
namespace {

using namespace zip;

constexpr uint64_t most_members = 100'000;
constexpr uint64_t longest_name = 1024;
constexpr unsigned newest_version = 63;
constexpr uint64_t most_deflate_gains = 1032;  ///< bytes out of one: what the method can do at most
// Keras's rule for bombs.
constexpr uint64_t suspicious_size = uint64_t{256} << 20;
constexpr uint64_t suspicious_gain = 100;

/// One after the other, the fields of a record.
class Fields {
public:
    explicit Fields(const uint8_t* at) : at_(at) {}
    uint16_t u16() { return static_cast<uint16_t>(next(2)); }
    uint32_t u32() { return static_cast<uint32_t>(next(4)); }
    uint64_t u64() { return next(8); }
    void skip(size_t bytes) { at_ += bytes; }

private:
    uint64_t next(size_t width) {
        const uint64_t value = little_endian(at_, width);
        at_ += width;
        return value;
    }
    const uint8_t* at_;
};

/// Replaces those of the values that are all ones by what the ZIP64 field among the extra ones says; false
/// when it does not say all of them.
bool widen(Piece extra, std::initializer_list<uint64_t*> values) {
    std::vector<uint64_t*> missing;
    for (uint64_t* value : values)
        if (*value == in_zip64_32) missing.push_back(value);
    if (missing.empty()) return true;
    while (extra.size() >= 4) {
        const uint64_t kind = little_endian(extra.data(), 2);
        const uint64_t bytes = little_endian(extra.data() + 2, 2);
        extra = extra.subspan(4);
        if (bytes > extra.size()) return false;
        if (kind == zip64_field) {
            if (bytes < 8 * missing.size()) return false;
            for (size_t i = 0; i < missing.size(); ++i) *missing[i] = little_endian(&extra[8 * i], 8);
            return true;
        }
        extra = extra.subspan(static_cast<size_t>(bytes));
    }
    return false;
}

void require_checksum(const std::string& name, uint32_t found, uint32_t said) {
    if (found != said)
        fail_at(name, {}, "its checksum is {:#010x}, the archive's directory has {:#010x}", found, said);
}

}  // namespace

std::string zip::fault_of_name(std::string_view name) {
    if (name.empty()) return "is empty";
    if (name.size() > longest_name) return fmt::format("has more than {} bytes", longest_name);
    if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }))
        return "has a control character";
    if (name.find('\\') != name.npos) return "has a backslash";
    if (name.front() == '/' || (name.size() > 1 && name[1] == ':')) return "is an absolute path";
    for (size_t at = 0; at <= name.size();) {
        const size_t end = std::min(name.find('/', at), name.size());
        if (name.substr(at, end - at) == "..") return "leads out of the archive";
        at = end + 1;
    }
    return "";
}

ZipReader::ZipReader(std::shared_ptr<const Source> file, const ReadLimits& limits)
    : file_(std::move(file)), limits_(limits) {
    const Directory directory = find_directory();
    read_directory(directory);
    uint64_t total = 0;
    for (Member& member : members_) {
        check_sizes(member);
        read_header(member);
        if (member.method == deflated) total += member.unpacked;
        if (total > limits_.unpacked_bytes)
            fail_at(file_->name(), member.record,
                    "the members up to {} unpack to {} bytes; ReadLimits::unpacked_bytes allows {}",
                    quoted(member.name), total, limits_.unpacked_bytes);
    }
    check_places(directory.begin);
    std::erase_if(names_, [](const std::string& name) { return name.back() == '/'; });
}

ZipReader::Directory ZipReader::find_directory() const {
    // The end record, then a comment up to the file's end: the last such record counts.
    const uint64_t size = file_->size();
    if (size < end_bytes)
        fail_at(file_->name(), {}, "{} bytes are too few for a ZIP archive, which ends with a record of {}",
                size, end_bytes);
    std::vector<uint8_t> tail(static_cast<size_t>(std::min<uint64_t>(size, end_bytes + 0xFFFF)));
    file_->read(size - tail.size(), tail.data(), tail.size());
    size_t at = tail.size() - end_bytes;
    const auto is_end = [&] {
        return little_endian(&tail[at], 4) == end_signature &&
               little_endian(&tail[at + 20], 2) == tail.size() - at - end_bytes;
    };
    while (!is_end())
        if (at-- == 0)
            fail_at(file_->name(), {}, "this is no ZIP archive, or it is cut off: it has no directory's end");
    const uint64_t end_record = size - tail.size() + at;
    Fields fields(&tail[at + 4]);
    const uint16_t disk = fields.u16();
    const uint16_t first_disk = fields.u16();
    const uint16_t entries_here = fields.u16();
    const uint16_t entries = fields.u16();
    const uint32_t bytes = fields.u32();
    const uint32_t begin = fields.u32();
    Directory directory{begin, bytes, entries};
    uint64_t end = end_record;
    const std::optional<Directory> wide = find_zip64_directory(end_record);
    if (wide) {
        if ((entries != in_zip64_16 && entries != wide->entries) ||
            (bytes != in_zip64_32 && bytes != wide->size) || (begin != in_zip64_32 && begin != wide->begin))
            fail_at(file_->name(), end_record, "the archive's two end records contradict each other");
        directory = *wide;
        end = little_endian(&tail[at - zip64_locator_bytes + 8], 8);
    } else if (entries == in_zip64_16 || bytes == in_zip64_32 || begin == in_zip64_32) {
        fail_at(file_->name(), end_record, "the end record speaks of a ZIP64 one that is not there");
    }
    if ((disk != 0 && disk != in_zip64_16) || (first_disk != 0 && first_disk != in_zip64_16) ||
        entries_here != entries)
        fail_at(file_->name(), end_record, "the archive goes over several files; those are not read");
    if (directory.begin > end || directory.size != end - directory.begin)
        fail_at(file_->name(), end_record,
                "the directory is said to have {} bytes from byte {} on, and must end at byte {}",
                directory.size, directory.begin, end);
    return directory;
}

std::optional<ZipReader::Directory> ZipReader::find_zip64_directory(uint64_t end_record) const {
    if (end_record < zip64_locator_bytes) return {};
    std::array<uint8_t, zip64_locator_bytes> locator{};
    const uint64_t place = end_record - locator.size();
    file_->read(place, locator.data(), locator.size());
    if (little_endian(locator.data(), 4) != zip64_locator_signature) return {};
    const uint64_t at = little_endian(&locator[8], 8);
    if (little_endian(&locator[4], 4) != 0 || little_endian(&locator[16], 4) > 1)
        fail_at(file_->name(), place, "the archive goes over several files; those are not read");
    std::array<uint8_t, zip64_end_bytes> record{};
    if (at > place || place - at < record.size())
        fail_at(file_->name(), place,
                "the ZIP64 end record is said to be at byte {}, which is no place for it", at);
    file_->read(at, record.data(), record.size());
    Fields fields(record.data());
    const uint32_t signature = fields.u32();
    const uint64_t rest = fields.u64();
    fields.skip(4);
    const uint32_t disk = fields.u32();
    const uint32_t first_disk = fields.u32();
    const uint64_t entries_here = fields.u64();
    const uint64_t entries = fields.u64();
    const uint64_t bytes = fields.u64();
    const uint64_t begin = fields.u64();
    if (signature != zip64_end_signature || rest != place - at - 12)
        fail_at(file_->name(), at, "a ZIP64 end record was expected here");
    if (disk != 0 || first_disk != 0 || entries_here != entries)
        fail_at(file_->name(), at, "the archive goes over several files; those are not read");
    return Directory{begin, bytes, entries};
}

void ZipReader::read_directory(const Directory& directory) {
    if (directory.entries > most_members || directory.entries > directory.size / central_bytes)
        fail_at(file_->name(), directory.begin,
                "{} members are announced; {} bytes hold {} at most, and {} are read", directory.entries,
                directory.size, directory.size / central_bytes, most_members);
    std::vector<uint8_t> bytes(static_cast<size_t>(directory.size));
    file_->read(directory.begin, bytes.data(), bytes.size());
    Piece rest = bytes;
    for (uint64_t i = 0; i < directory.entries; ++i) {
        const uint64_t record = directory.begin + directory.size - rest.size();
        if (rest.size() < central_bytes || little_endian(rest.data(), 4) != central_signature)
            fail_at(file_->name(), record, "the directory's record of member {} of {} was expected here",
                    i + 1, directory.entries);
        Fields fields(rest.data() + 6);
        Member member{};
        member.record = record;
        const unsigned version = fields.u16() & 0xFF;  // above it, the system
        if (version > newest_version)
            fail_at(file_->name(), record, "member {} needs version {}.{} of the format; up to {}.{} is read",
                    i + 1, version / 10, version % 10, newest_version / 10, newest_version % 10);
        member.flags = fields.u16();
        member.method = fields.u16();
        fields.skip(4);  // time and date
        member.crc = fields.u32();
        member.packed = fields.u32();
        member.unpacked = fields.u32();
        const size_t name_bytes = fields.u16();
        const size_t extra_bytes = fields.u16();
        const size_t comment_bytes = fields.u16();
        const uint16_t disk = fields.u16();
        fields.skip(2);
        const uint32_t attributes = fields.u32();
        member.header = fields.u32();
        rest = rest.subspan(central_bytes);
        if (rest.size() < name_bytes + extra_bytes + comment_bytes)
            fail_at(file_->name(), record, "the record of member {} ends behind the directory", i + 1);
        member.name.assign(reinterpret_cast<const char*>(rest.data()), name_bytes);
        if (!widen(rest.subspan(name_bytes, extra_bytes), {&member.unpacked, &member.packed, &member.header}))
            fail_at(file_->name(), record, "member {}: its sizes of 64 bits are not there", i + 1);
        rest = rest.subspan(name_bytes + extra_bytes + comment_bytes);
        if (const std::string fault = fault_of_name(member.name); !fault.empty())
            fail_at(file_->name(), record, "member {}: its name {} {}", i + 1, quoted(member.name), fault);
        if (disk != 0) fail_at(file_->name(), record, "member {} is in another file", quoted(member.name));
        check_kind(member, attributes);
        if (!index_.emplace(member.name, members_.size()).second)
            fail_at(file_->name(), record, "member {} is there twice", quoted(member.name));
        names_.push_back(member.name);
        members_.push_back(std::move(member));
    }
    if (!rest.empty())
        fail_at(file_->name(), directory.begin + directory.size - rest.size(),
                "{} bytes follow the {} announced members of the directory", rest.size(), directory.entries);
}

void ZipReader::check_kind(const Member& member, uint32_t attributes) const {
    constexpr uint16_t encrypted = 1 << 0 | 1 << 6 | 1 << 13;
    constexpr uint16_t patch = 1 << 5;
    const auto refuse = [&](const std::string& why) {
        fail_at(file_->name(), member.record, "member {} {}", quoted(member.name), why);
    };
    if (member.flags & encrypted) refuse("is encrypted; only plain ones are read");
    if (member.method != stored && member.method != deflated)
        refuse(fmt::format("is packed by method {}; 0 (stored) and 8 (deflated) are read", member.method));
    if (member.flags & patch) refuse("is a patch of another one; only whole ones are read");
    const bool folder = member.name.back() == '/';
    const uint32_t kind = attributes >> 28;  // of a Unix file: 8 regular, 4 folder, 10 link; 0 unsaid
    if (kind == 10) refuse("is a symbolic link; only plain ones are read");
    if (kind != 0 && kind != (folder ? 4u : 8u)) refuse("is no plain file");
    if (folder && (member.packed != 0 || member.unpacked != 0)) refuse("is a folder with content");
}

void ZipReader::check_sizes(const Member& member) const {
    const auto refuse = [&](const std::string& why) {
        fail_at(file_->name(), member.record, "member {}: {} bytes are said to be packed in {}: {}",
                quoted(member.name), member.unpacked, member.packed, why);
    };
    if (member.packed > file_->size()) refuse("more than the file has");
    if (member.method == stored) {
        if (member.packed != member.unpacked) refuse("a stored member has as many");
        return;
    }
    if (member.unpacked / most_deflate_gains > member.packed) refuse("deflating cannot gain so much");
    if (member.unpacked > suspicious_size && member.unpacked / suspicious_gain > member.packed)
        refuse(
            fmt::format("above {} bytes a gain of {} is taken for a bomb", suspicious_size, suspicious_gain));
}

void ZipReader::read_header(Member& member) const {
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
    member.begin = member.header + local_bytes + rest.size();
}

/// Overlapping members are how a small file becomes a big bomb.
void ZipReader::check_places(uint64_t directory) const {
    std::vector<const Member*> sorted;
    for (const Member& member : members_) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(),
              [](const Member* a, const Member* b) { return a->header < b->header; });
    for (size_t i = 0; i < sorted.size(); ++i) {
        const Member& member = *sorted[i];
        const uint64_t end = i + 1 < sorted.size() ? sorted[i + 1]->header : directory;
        if (member.begin > end || member.packed > end - member.begin)
            fail_at(file_->name(), member.header, "member {} of {} bytes overlaps what begins at byte {}",
                    quoted(member.name), member.packed, end);
    }
}

std::vector<uint8_t> ZipReader::inflated(const Member& member, const std::string& name) const {
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
    const Member& member = members_[found->second];
    const std::string full_name = fmt::format("{}: {}", file_->name(), name);
    if (member.method == deflated) return source_of(full_name, inflated(member, full_name));
    auto part = part_of(file_, full_name, member.begin, member.packed);
    require_checksum(full_name, crc32_of(*part), member.crc);
    return part;
}

std::string ZipReader::read_text(std::string_view name) const {
    const std::shared_ptr<const Source> member = open(name);
    std::string text(static_cast<size_t>(member->size()), '\0');
    member->read(0, text.data(), text.size());
    return text;
}

}  // namespace keratin::io
