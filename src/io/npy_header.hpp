#pragma once

#include <keratin/core/tensor.hpp>

#include "io/source.hpp"

#include <string>

namespace keratin::io {

/// What stands before an array's elements.
struct NpyHeader {
    DType dtype = float32;
    bool big_endian = false;
    bool fortran_order = false;
    Shape shape;
    uint64_t bytes = 0;  ///< of the header, up to the first element
};

/// Throws FormatError unless it is one, and the elements behind it are all that follows.
NpyHeader read_npy_header(const Source& file);

/// As numpy.save() writes it for an array in C order, little-endian. The owner and what it writes begin the
/// text of a DTypeError for bfloat16.
std::string npy_header(const Tensor& tensor, const std::string& owner);

}  // namespace keratin::io
