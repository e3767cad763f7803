#pragma once

#include "io/hdf5/file.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace keratin::io::hdf5 {

inline constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";

/// Where an HDF5 file begins: at the beginning, or behind a block of the user's, at byte 512, 1024, 2048...
std::optional<uint64_t> find_signature(const Source& source);

/// Finds the superblock, of version 0 to 3, tells the file of base and widths, and returns the address of the
/// root group's header.
uint64_t read_superblock(File& file);

}  // namespace keratin::io::hdf5
