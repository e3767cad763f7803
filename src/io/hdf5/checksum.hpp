#pragma once

#include <cstdint>
#include <span>

namespace keratin::io::hdf5 {

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
inline constexpr bool checksums_are_verified = false;  ///< so that random changes get past them
#else
inline constexpr bool checksums_are_verified = true;
#endif

/// Jenkins's lookup3 (hashlittle), the checksum of HDF5's newer structures.
uint32_t lookup3(std::span<const uint8_t> bytes);
/// The checksum of HDF5's filter of that name.
uint32_t fletcher32(std::span<const uint8_t> bytes);

}  // namespace keratin::io::hdf5
