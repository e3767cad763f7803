#pragma once

#include "io/hdf5/file.hpp"

#include <cstdint>
#include <functional>

namespace keratin::io::hdf5 {

/// Receives an element of an array and its number. Elements that were never written may be passed over.
using EachElement = std::function<void(uint64_t number, Fields element)>;

/// The two arrays in which newer files list chunks. `filtered`: what the elements are said to tell of.
void read_fixed_array(File& file, uint64_t address, bool filtered, const EachElement& each);
void read_extensible_array(File& file, uint64_t address, bool filtered, const EachElement& each);

}  // namespace keratin::io::hdf5
