#pragma once

#include "io/hdf5/global_heap.hpp"
#include "io/hdf5/tree.hpp"

#include <string>
#include <unordered_set>

namespace keratin::io::hdf5 {

/// An attribute message, into `to`; left out when its type is neither text nor number. FormatError when the
/// name is among the object's `names` already.
void read_attribute(Fields fields, GlobalHeap& heap, File& file, std::unordered_set<std::string>& names,
                    Attributes& to);

}  // namespace keratin::io::hdf5
