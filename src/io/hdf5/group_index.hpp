#pragma once

#include "io/hdf5/output.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace keratin::io::hdf5 {

inline constexpr size_t leaf_k = 4;       ///< half the links of a symbol table node
inline constexpr size_t internal_k = 16;  ///< half the children of a B-tree node

struct Link {
    std::string name;
    uint64_t header;  ///< address of the object
};

/// Appends what a group needs to find its links: a heap of names, nodes of links, a B-tree over them. `out`
/// begins at the address `base`. Returns the symbol table message.
Output write_group_index(std::vector<Link> links, uint64_t base, Output& out);

}  // namespace keratin::io::hdf5
