#pragma once

#include "io/bytes.hpp"
#include "io/checksum.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

/// What ZipReader and ZipWriter agree on: PKWARE's APPNOTE 6.3.
namespace keratin::io::zip {

constexpr uint32_t local_signature = 0x04034b50;
constexpr uint32_t central_signature = 0x02014b50;
constexpr uint32_t end_signature = 0x06054b50;
constexpr uint32_t descriptor_signature = 0x08074b50;
constexpr uint32_t zip64_end_signature = 0x06064b50;
constexpr uint32_t zip64_locator_signature = 0x07064b50;

// Bytes of the records, without what of them varies.
constexpr size_t local_bytes = 30;
constexpr size_t central_bytes = 46;
constexpr size_t end_bytes = 22;
constexpr size_t zip64_end_bytes = 56;
constexpr size_t zip64_locator_bytes = 20;
constexpr size_t longest_descriptor = 24;

constexpr uint16_t stored = 0;
constexpr uint16_t deflated = 8;

constexpr uint16_t zip64_field = 1;            ///< the extra field with sizes and offsets of 64 bits
constexpr uint16_t in_zip64_16 = 0xFFFF;       ///< "look there"
constexpr uint32_t in_zip64_32 = 0xFFFFFFFFu;  ///< the same

constexpr uint16_t utf8_name = 1 << 11;

/// The fields of a record, one after the other.
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
bool widen(Piece extra, std::initializer_list<uint64_t*> values);

/// Why a member must not be called so; "" when it may.
std::string fault_of_name(std::string_view name);

}  // namespace keratin::io::zip
