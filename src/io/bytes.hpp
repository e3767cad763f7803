#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// Whole numbers as files hold them, at any alignment.
namespace keratin::io {

/// The number in `width` bytes, the least significant first.
constexpr uint64_t little_endian(const uint8_t* bytes, size_t width) {
    uint64_t value = 0;
    for (size_t i = width; i-- > 0;) value = value << 8 | bytes[i];
    return value;
}

/// The same, the most significant first.
constexpr uint64_t big_endian(const uint8_t* bytes, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width; ++i) value = value << 8 | bytes[i];
    return value;
}

inline void append_little_endian(std::vector<uint8_t>& to, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; ++i) to.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

}  // namespace keratin::io
