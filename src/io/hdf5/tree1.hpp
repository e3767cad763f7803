#pragma once

#include "io/hdf5/file.hpp"

#include <cstdint>
#include <functional>

namespace keratin::io::hdf5 {

/// Walks a B-tree of version 1 of this type and hands on, for every child of a leaf, the key before it and
/// the child's address.
void read_tree1(File& file, uint64_t address, uint8_t type, uint64_t key_bytes,
                const std::function<void(Fields key, uint64_t child)>& each);

}  // namespace keratin::io::hdf5
