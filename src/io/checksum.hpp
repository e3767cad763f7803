#pragma once

#include "io/source.hpp"

#include <cstdint>
#include <span>

namespace keratin::io {

/// Bytes in memory that make up a file, or a part of one, with those before and after.
using Piece = std::span<const uint8_t>;

/// CRC-32 as in ZIP, gzip and PNG; of much at once, on the library's threads.
uint32_t crc32_of(const Source& source);
uint32_t crc32_of(std::span<const Piece> pieces);

}  // namespace keratin::io
