#pragma once

#include <keratin/core/tensor.hpp>

namespace keratin {

/// The float32 tensor of the same numbers; x is of float16 or bfloat16. Unrecorded.
Tensor widened(const Tensor& x);
/// A float32 tensor rounded to float16 or bfloat16. Unrecorded.
Tensor narrowed(const Tensor& x, DType dtype);

}  // namespace keratin
