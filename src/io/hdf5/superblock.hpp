#pragma once

#include "io/hdf5/file.hpp"

#include <cstdint>

namespace keratin::io::hdf5 {

/// Finds the superblock, of version 0 to 3, tells the file of base and widths, and returns the address of the
/// root group's header.
uint64_t read_superblock(File& file);

}  // namespace keratin::io::hdf5
