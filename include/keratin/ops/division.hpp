#pragma once

#include <keratin/core/tensor.hpp>

/// Division as Python's // and % have it: the remainder has the divisor's sign. Both broadcast, and take two
/// tensors of one dtype of numbers; an integer divided by 0 gives 0.
namespace keratin {

/// The largest whole number that is not above the quotient, as rounded; its gradient is 0.
KERATIN_EXPORT Tensor floor_divide(const Tensor& a, const Tensor& b);
/// a - b * floor_divide(a, b).
KERATIN_EXPORT Tensor mod(const Tensor& a, const Tensor& b);

}  // namespace keratin
