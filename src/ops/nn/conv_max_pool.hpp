#pragma once

#include "kernels/kernels.hpp"

#include <keratin/ops/nn/conv.hpp>

namespace keratin::nn {

/// max_pool2d(activation(conv2d(x, kernel, options) + bias), 2) for an activation that is none or relu, in
/// one pass: what lies before the pooling is never stored, and its gradient, three quarters of which is zero,
/// neither. bias may be undefined. Throws what conv2d and max_pool2d throw.
Tensor conv2d_bias_activation_max_pool(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                                       const Conv2DOptions& options, kernels::Activation activation);

/// Whether that can be asked for, and pays: no groups, no dilated columns, kernels that the cache holds.
bool pools_in_one_pass(const Shape& kernel, const Conv2DOptions& options);

}  // namespace keratin::nn
