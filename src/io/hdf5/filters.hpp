#pragma once

#include "io/hdf5/layout.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace keratin::io::hdf5 {

/// Undoes a chunk's filters, last to first, up to `chunk_bytes` bytes; `bytes` and `spare` are worked in, and
/// the result is in `bytes`. FormatError, at the chunk's place, for what does not come out right.
void undo_filters(const std::vector<Filter>& filters, uint32_t skipped, size_t chunk_bytes, const Fields& at,
                  std::vector<uint8_t>& bytes, std::vector<uint8_t>& spare);

}  // namespace keratin::io::hdf5
