#pragma once

#include "kernels/kernels.hpp"

#include <keratin/core/tensor.hpp>

namespace keratin::ops {

/// a op b with broadcasting, unrecorded. Throws DTypeError when the dtypes differ or are bool.
Tensor run_binary(kernels::Binary op, const Tensor& a, const Tensor& b, const char* name);

}  // namespace keratin::ops
