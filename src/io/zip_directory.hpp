#pragma once

#include "io/source.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace keratin::io::zip {

inline constexpr uint64_t most_members = 100'000;  ///< that are read, and so written

/// What an archive's directory tells of a member.
struct Member {
    std::string name;
    uint64_t record;  ///< where it does
    uint64_t header;  ///< where the member's own header begins,
    uint64_t begin;   ///< and its bytes after that; not in the directory
    uint64_t packed;
    uint64_t unpacked;
    uint32_t crc;
    uint16_t method;
    uint16_t flags;
};

struct Directory {
    uint64_t begin;
    uint64_t size;
    uint64_t entries;
};

/// Where the directory is, by the record at the end of the file.
Directory find_directory(const Source& file);
/// Its members, whose names and kinds are such as have a place in a file of tensors; FormatError for others,
/// and for two of one name. Their sizes are not checked yet.
std::vector<Member> read_directory(const Source& file, const Directory& directory);

}  // namespace keratin::io::zip
