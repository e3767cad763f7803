#include "io/zip.hpp"

#include <keratin/core/error.hpp>

#include "io/bytes.hpp"
#include "io/zip_records.hpp"

#include <zlib.h>

#include <algorithm>

namespace keratin::io {
namespace {

using namespace zip;

constexpr uint16_t first_of_1980 = 1 << 5 | 1;   ///< the date, as MS-DOS wrote it
constexpr uint16_t from_unix = 3 << 8 | 20;      ///< who made it, and for which version
constexpr uint32_t plain_file = 0100644u << 16;  ///< its mode

uint32_t narrow(uint64_t value) {
    return value >= in_zip64_32 ? in_zip64_32 : static_cast<uint32_t>(value);
}

uint64_t size_of(std::span<const Piece> pieces) {
    uint64_t bytes = 0;
    for (const Piece& piece : pieces) bytes += piece.size();
    return bytes;
}

std::vector<uint8_t> deflate_all(std::span<const Piece> pieces) {
    struct Deflater : z_stream {
        Deflater() : z_stream() {
            if (deflateInit2(this, 6, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK)
                fail<ValueError>("zip: no memory is left to pack");
        }
        ~Deflater() { deflateEnd(this); }
    } stream;
    constexpr size_t step = size_t{1} << 20;
    std::vector<uint8_t> packed;
    const auto put = [&](int flush) {
        int state = Z_OK;
        do {
            const size_t before = packed.size();
            packed.resize(before + step);
            stream.next_out = &packed[before];
            stream.avail_out = step;
            state = deflate(&stream, flush);
            packed.resize(packed.size() - stream.avail_out);
        } while (stream.avail_out == 0 || (flush == Z_FINISH && state != Z_STREAM_END));
    };
    for (Piece piece : pieces)
        while (!piece.empty()) {
            const size_t count = std::min<size_t>(piece.size(), size_t{1} << 30);  // zlib counts in 32 bits
            stream.next_in = const_cast<Bytef*>(piece.data());
            stream.avail_in = static_cast<uInt>(count);
            put(Z_NO_FLUSH);
            piece = piece.subspan(count);
        }
    put(Z_FINISH);
    return packed;
}

/// The part that the two records of a member share: from the version needed to the length of its name.
void append_common(std::vector<uint8_t>& to, std::string_view name, uint16_t method, uint32_t crc,
                   uint64_t packed, uint64_t unpacked, bool wide) {
    const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return c > 0; });
    append_little_endian(to, wide ? 45 : 20, 2);
    append_little_endian(to, ascii ? 0 : utf8_name, 2);
    append_little_endian(to, method, 2);
    append_little_endian(to, 0, 2);  // midnight
    append_little_endian(to, first_of_1980, 2);
    append_little_endian(to, crc, 4);
    append_little_endian(to, narrow(packed), 4);
    append_little_endian(to, narrow(unpacked), 4);
    append_little_endian(to, name.size(), 2);
}

std::vector<uint8_t> zip64_extra(std::span<const uint64_t> values) {
    std::vector<uint8_t> extra;
    if (values.empty()) return extra;
    append_little_endian(extra, zip64_field, 2);
    append_little_endian(extra, 8 * values.size(), 2);
    for (const uint64_t value : values) append_little_endian(extra, value, 8);
    return extra;
}

void append(std::vector<uint8_t>& to, std::string_view text) {
    to.insert(to.end(), text.begin(), text.end());
}

void append(std::vector<uint8_t>& to, const std::vector<uint8_t>& bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace

void ZipWriter::write(Piece piece) {
    file_.write(piece.data(), piece.size());
    at_ += piece.size();
}

void ZipWriter::add(std::string_view name, std::span<const Piece> pieces) {
    const uint64_t bytes = size_of(pieces);
    add(name, pieces, {at_, bytes, bytes, crc32_of(pieces), stored});
}

void ZipWriter::add_deflated(std::string_view name, std::span<const Piece> pieces) {
    const std::vector<uint8_t> packed = deflate_all(pieces);
    const Piece piece = packed;
    add(name, {&piece, 1}, {at_, packed.size(), size_of(pieces), crc32_of(pieces), deflated});
}

void ZipWriter::add(std::string_view name, std::span<const Piece> pieces, Member member) {
    if (const std::string fault = fault_of_name(name); !fault.empty())
        fail<ValueError>("zip: the name {} {}", quoted(name), fault);
    if (!index_.emplace(name, members_.size()).second)
        fail<ValueError>("zip: the name {} is given twice; names must be unique", quoted(name));
    if (members_.size() == zip::most_members)
        fail<ValueError>("zip: more than {} members, and {} is the next; no reader here takes so many",
                         zip::most_members, quoted(name));
    const bool wide = std::max(member.packed, member.unpacked) >= in_zip64_32;
    std::vector<uint64_t> sizes;
    if (wide) sizes = {member.unpacked, member.packed};
    // A header has both sizes in its ZIP64 field or none.
    const uint64_t shown = wide ? in_zip64_32 : 0;
    const std::vector<uint8_t> extra = zip64_extra(sizes);
    std::vector<uint8_t> header;
    append_little_endian(header, local_signature, 4);
    append_common(header, name, member.method, member.crc, std::max(shown, member.packed),
                  std::max(shown, member.unpacked), wide);
    append_little_endian(header, extra.size(), 2);
    append(header, name);
    append(header, extra);
    write(header);
    for (const Piece& piece : pieces) write(piece);
    names_.emplace_back(name);
    members_.push_back(member);
}

void ZipWriter::finish() {
    const uint64_t begin = at_;
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i < members_.size(); ++i) {
        const Member& member = members_[i];
        std::vector<uint64_t> wide;
        for (const uint64_t value : {member.unpacked, member.packed, member.header})
            if (value >= in_zip64_32) wide.push_back(value);
        const std::vector<uint8_t> extra = zip64_extra(wide);
        append_little_endian(bytes, central_signature, 4);
        append_little_endian(bytes, from_unix, 2);
        append_common(bytes, names_[i], member.method, member.crc, member.packed, member.unpacked,
                      !wide.empty());
        append_little_endian(bytes, extra.size(), 2);
        append_little_endian(bytes, 0, 2 + 2 + 2);  // no comment, the first disk, no inner attributes
        append_little_endian(bytes, plain_file, 4);
        append_little_endian(bytes, narrow(member.header), 4);
        append(bytes, names_[i]);
        append(bytes, extra);
    }
    const uint64_t size = bytes.size();
    const uint64_t count = members_.size();
    if (count >= in_zip64_16 || size >= in_zip64_32 || begin >= in_zip64_32) {
        const uint64_t record = begin + size;
        append_little_endian(bytes, zip64_end_signature, 4);
        append_little_endian(bytes, zip64_end_bytes - 12, 8);
        append_little_endian(bytes, from_unix, 2);
        append_little_endian(bytes, 45, 2);
        append_little_endian(bytes, 0, 4 + 4);
        for (const uint64_t value : {count, count, size, begin}) append_little_endian(bytes, value, 8);
        append_little_endian(bytes, zip64_locator_signature, 4);
        append_little_endian(bytes, 0, 4);
        append_little_endian(bytes, record, 8);
        append_little_endian(bytes, 1, 4);
    }
    append_little_endian(bytes, end_signature, 4);
    append_little_endian(bytes, 0, 2 + 2);
    for (int i = 0; i < 2; ++i) append_little_endian(bytes, std::min<uint64_t>(count, in_zip64_16), 2);
    append_little_endian(bytes, narrow(size), 4);
    append_little_endian(bytes, narrow(begin), 4);
    append_little_endian(bytes, 0, 2);
    write(bytes);
}

}  // namespace keratin::io
