#pragma once

#include <keratin/io/limits.hpp>

#include "io/checksum.hpp"
#include "io/file.hpp"
#include "io/zip_directory.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// ZIP archives of plain files: what .keras and .npz are made of. Members are stored or deflated; ZIP64 is
/// understood; nothing is ever unpacked to a path.
namespace keratin::io {

/// The members of an archive. Its directory is checked as a whole when it is opened: against the file's size,
/// the limits, the headers before the members, and for names, kinds and methods that have no place in a file
/// of tensors. Whatever is wrong throws FormatError.
class ZipReader {
public:
    ZipReader(std::shared_ptr<const Source> file, const ReadLimits& limits);

    /// In the order of the directory, without its folders.
    const std::vector<std::string>& names() const { return names_; }
    bool has(std::string_view name) const { return index_.contains(name); }
    /// A stored member as a part of the file, its CRC-32 checked first; a deflated one unpacked into memory.
    /// Its name is "PATH: MEMBER". Throws FormatError when there is none such.
    std::shared_ptr<const Source> open(std::string_view name) const;

private:
    void check_sizes(const zip::Member& member) const;
    void read_headers(uint64_t directory);
    void read_header(zip::Member& member, uint64_t end) const;
    std::vector<uint8_t> inflated(const zip::Member& member, const std::string& name) const;

    std::shared_ptr<const Source> file_;
    ReadLimits limits_;
    std::vector<zip::Member> members_;
    std::vector<std::string> names_;
    std::map<std::string, size_t, std::less<>> index_;  ///< of members_
};

/// Writes an archive from its first byte to its last. Members are dated 1980-01-01, so that the same content
/// gives the same bytes; ZIP64 is used where needed only. Throws ValueError for a name that is given twice or
/// that a reader would refuse.
class ZipWriter {
public:
    explicit ZipWriter(AtomicFile& file) : file_(file) {}

    void add(std::string_view name, std::span<const Piece> pieces);           ///< stored
    void add_deflated(std::string_view name, std::span<const Piece> pieces);  ///< zlib's level 6
    void finish();                                                            ///< writes the directory

private:
    struct Member {
        uint64_t header;
        uint64_t packed;
        uint64_t unpacked;
        uint32_t crc;
        uint16_t method;
    };

    void add(std::string_view name, std::span<const Piece> pieces, Member member);
    void write(Piece piece);

    AtomicFile& file_;
    uint64_t at_ = 0;
    std::vector<std::string> names_;
    std::vector<Member> members_;  ///< as names_
    std::map<std::string, size_t, std::less<>> index_;
};

}  // namespace keratin::io
