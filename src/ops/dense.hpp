#pragma once

#include "kernels/kernels.hpp"

#include <keratin/core/tensor.hpp>

namespace keratin::ops {

/// activation(x kernel + bias) in one kernel call: x (.., in), kernel (in, out), bias (out) or undefined; the
/// result is (.., out). Throws ShapeError when they do not fit, DTypeError when they differ in dtype.
Tensor dense(const Tensor& x, const Tensor& kernel, const Tensor& bias, kernels::Activation activation);

}  // namespace keratin::ops
