#pragma once

#include "kernels/kernels.hpp"

#include <keratin/ops/nn/conv.hpp>

namespace keratin::nn {

/// activation(conv2d(x, kernel) + bias) in one pass over memory; bias (filters) may be undefined. On the tape
/// it is the three ops one after the other, of which none needs more than the common result.
Tensor conv2d_bias_activation(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                              const Conv2DOptions& options, kernels::Activation activation);

}  // namespace keratin::nn
