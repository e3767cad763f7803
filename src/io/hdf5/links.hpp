#pragma once

#include "io/hdf5/file.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace keratin::io::hdf5 {

/// Receives the name of a link and the address of the object's header that it leads to.
using EachLink = std::function<void(std::string name, uint64_t address)>;

/// Links of a group in the way of older files: a B-tree of symbol table nodes and a heap of names.
/// Soft links are a FormatError, here as below: what Keras refuses is refused.
void read_symbol_table(File& file, Fields message, const EachLink& each);
/// A link message, or what a heap of links holds.
void read_link(Fields fields, const EachLink& each);
/// The links that a link info message tells of, when they are too many for the header.
void read_dense_links(File& file, Fields message, const EachLink& each);

}  // namespace keratin::io::hdf5
