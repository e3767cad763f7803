#pragma once

#include "kernels/kernels.hpp"

#include <keratin/core/tensor.hpp>

/// Gradients that have a kernel of their own, as ops with their own gradients. y is the function's result.
namespace keratin::ops {

/// op(y, dy), element by element, unrecorded.
Tensor run_gradient(kernels::Binary op, const Tensor& y, const Tensor& dy);

Tensor tanh_gradient(const Tensor& y, const Tensor& dy);     ///< dy * (1 - y^2)
Tensor sigmoid_gradient(const Tensor& y, const Tensor& dy);  ///< dy * y * (1 - y)

}  // namespace keratin::ops
