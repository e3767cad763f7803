#include "io/zip_directory.hpp"

#include <keratin/core/error.hpp>

#include "io/zip_records.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace keratin::io::zip {
namespace {

constexpr unsigned newest_version = 63;

/// And where its end record is.
std::optional<std::pair<Directory, uint64_t>> find_zip64_directory(const Source& file, uint64_t end_record) {
    if (end_record < zip64_locator_bytes) return {};
    std::array<uint8_t, zip64_locator_bytes> locator{};
    const uint64_t place = end_record - locator.size();
    file.read(place, locator.data(), locator.size());
    if (little_endian(locator.data(), 4) != zip64_locator_signature) return {};
    const uint64_t at = little_endian(&locator[8], 8);
    if (little_endian(&locator[4], 4) != 0 || little_endian(&locator[16], 4) > 1)
        fail_at(file.name(), place, "the archive goes over several files; those are not read");
    std::array<uint8_t, zip64_end_bytes> record{};
    if (at > place || place - at < record.size())
        fail_at(file.name(), place, "the ZIP64 end record is said to be at byte {}, which is no place for it",
                at);
    file.read(at, record.data(), record.size());
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
        fail_at(file.name(), at, "a ZIP64 end record was expected here");
    if (disk != 0 || first_disk != 0 || entries_here != entries)
        fail_at(file.name(), at, "the archive goes over several files; those are not read");
    return {{{begin, bytes, entries}, at}};
}

void check_kind(const Source& file, const Member& member, uint32_t attributes) {
    constexpr uint16_t encrypted = 1 << 0 | 1 << 6 | 1 << 13;
    constexpr uint16_t patch = 1 << 5;
    const auto refuse = [&](const std::string& why) {
        fail_at(file.name(), member.record, "member {} {}", quoted(member.name), why);
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

/// Reads the records of a directory, one after the other.
class RecordReader {
public:
    RecordReader(const Source& file, const Directory& directory)
        : file_(file), directory_(directory), bytes_(static_cast<size_t>(directory.size)) {
        file.read(directory.begin, bytes_.data(), bytes_.size());
        rest_ = bytes_;
    }

    Member next() {
        const uint64_t record = place();
        ++number_;
        if (rest_.size() < central_bytes || little_endian(rest_.data(), 4) != central_signature)
            fail_at(file_.name(), record, "the directory's record of member {} of {} was expected here",
                    number_, directory_.entries);
        Fields fields(rest_.data() + 6);
        Member member{};
        member.record = record;
        const unsigned version = fields.u16() & 0xFF;  // above it, the system
        if (version > newest_version)
            fail_at(file_.name(), record, "member {} needs version {}.{} of the format; up to {}.{} is read",
                    number_, version / 10, version % 10, newest_version / 10, newest_version % 10);
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
        rest_ = rest_.subspan(central_bytes);
        if (rest_.size() < name_bytes + extra_bytes + comment_bytes)
            fail_at(file_.name(), record, "the record of member {} ends behind the directory", number_);
        member.name.assign(reinterpret_cast<const char*>(rest_.data()), name_bytes);
        if (!widen(rest_.subspan(name_bytes, extra_bytes),
                   {&member.unpacked, &member.packed, &member.header}))
            fail_at(file_.name(), record, "member {}: its sizes of 64 bits are not there", number_);
        rest_ = rest_.subspan(name_bytes + extra_bytes + comment_bytes);
        if (const std::string fault = fault_of_name(member.name); !fault.empty())
            fail_at(file_.name(), record, "member {}: its name {} {}", number_, quoted(member.name), fault);
        if (disk != 0) fail_at(file_.name(), record, "member {} is in another file", quoted(member.name));
        check_kind(file_, member, attributes);
        return member;
    }
    void require_end() const {
        if (!rest_.empty())
            fail_at(file_.name(), place(), "{} bytes follow the {} announced members of the directory",
                    rest_.size(), directory_.entries);
    }

private:
    uint64_t place() const { return directory_.begin + directory_.size - rest_.size(); }

    const Source& file_;
    const Directory directory_;
    std::vector<uint8_t> bytes_;
    Piece rest_;
    uint64_t number_ = 0;
};

}  // namespace

Directory find_directory(const Source& file) {
    // The end record, then a comment up to the file's end: the last such record counts.
    const uint64_t size = file.size();
    if (size < end_bytes)
        fail_at(file.name(), {}, "{} bytes are too few for a ZIP archive, which ends with a record of {}",
                size, end_bytes);
    std::vector<uint8_t> tail(static_cast<size_t>(std::min<uint64_t>(size, end_bytes + 0xFFFF)));
    file.read(size - tail.size(), tail.data(), tail.size());
    size_t at = tail.size() - end_bytes;
    const auto is_end = [&] {
        return little_endian(&tail[at], 4) == end_signature &&
               little_endian(&tail[at + 20], 2) == tail.size() - at - end_bytes;
    };
    while (!is_end())
        if (at-- == 0)
            fail_at(file.name(), {}, "this is no ZIP archive, or it is cut off: it has no directory's end");
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
    if (const auto found = find_zip64_directory(file, end_record)) {
        const Directory& wide = found->first;
        if ((entries != in_zip64_16 && entries != wide.entries) ||
            (bytes != in_zip64_32 && bytes != wide.size) || (begin != in_zip64_32 && begin != wide.begin))
            fail_at(file.name(), end_record, "the archive's two end records contradict each other");
        directory = wide;
        end = found->second;
    } else if (entries == in_zip64_16 || bytes == in_zip64_32 || begin == in_zip64_32) {
        fail_at(file.name(), end_record, "the end record speaks of a ZIP64 one that is not there");
    }
    if ((disk != 0 && disk != in_zip64_16) || (first_disk != 0 && first_disk != in_zip64_16) ||
        entries_here != entries)
        fail_at(file.name(), end_record, "the archive goes over several files; those are not read");
    if (directory.begin > end || directory.size != end - directory.begin)
        fail_at(file.name(), end_record,
                "the directory is said to have {} bytes from byte {} on, and must end at byte {}",
                directory.size, directory.begin, end);
    return directory;
}

std::vector<Member> read_directory(const Source& file, const Directory& directory) {
    const uint64_t most = directory.size / central_bytes;
    if (directory.entries > most_members || directory.entries > most)
        fail_at(file.name(), directory.begin,
                "{} members are announced; {} bytes hold {} at most, and {} are read", directory.entries,
                directory.size, most, most_members);
    RecordReader records(file, directory);
    std::vector<Member> members;
    for (uint64_t i = 0; i < directory.entries; ++i) members.push_back(records.next());
    records.require_end();
    std::set<std::string_view> names;
    for (const Member& member : members)
        if (!names.insert(member.name).second)
            fail_at(file.name(), member.record, "member {} is there twice", quoted(member.name));
    return members;
}

}  // namespace keratin::io::zip
