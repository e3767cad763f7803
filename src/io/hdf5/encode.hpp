#pragma once

#include "io/hdf5/output.hpp"

#include <keratin/core/dtype.hpp>
#include <keratin/core/shape.hpp>

namespace keratin::io::hdf5 {

/// Messages' contents, as h5py writes them.
Output encode_type(DType dtype);
Output encode_fixed_text_type(size_t bytes);
Output encode_variable_text_type();  ///< UTF-8
Output encode_space(const Shape& shape);
Output encode_fill();                                    ///< zero, when asked for
Output encode_layout(uint64_t address, uint64_t bytes);  ///< contiguous

}  // namespace keratin::io::hdf5
