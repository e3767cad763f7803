#pragma once

#include <cstdint>
#include <span>

namespace keratin::io::hdf5 {

/// Jenkins's lookup3 (hashlittle), the checksum of HDF5's newer structures.
uint32_t lookup3(std::span<const uint8_t> bytes);
/// The checksum of HDF5's filter of that name.
uint32_t fletcher32(std::span<const uint8_t> bytes);

}  // namespace keratin::io::hdf5
