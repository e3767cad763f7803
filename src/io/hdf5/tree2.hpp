#pragma once

#include "io/hdf5/file.hpp"

#include <cstdint>
#include <functional>

namespace keratin::io::hdf5 {

/// Hands on every record of a B-tree of version 2, which must be of this type.
void read_tree2(File& file, uint64_t address, uint8_t type, const std::function<void(Fields)>& each);

}  // namespace keratin::io::hdf5
