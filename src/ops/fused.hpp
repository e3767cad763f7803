#pragma once

#include "kernels/kernels.hpp"

#include <keratin/core/tensor.hpp>

/// A product or convolution with its bias and activation is one kernel call and three nodes of the tape.
///
/// The sum before the bias and the one before the activation are never in memory: nobody's gradient asks for
/// them (an activation's needs its result, a bias's what arrives, a product's its factors). Each of them is
/// still a node, carried by a handle on the result's buffer, so the ops of the chain record themselves as if
/// they had run one after the other:
///
///     y = record("matmul", y, wrt(x, ...), wrt(kernel, ...));   // y holds activation(x kernel + bias) all
///     along y = record_bias(y, bias); return record_activation(y, kernels::Activation::tanh);
namespace keratin::ops {

/// y as the result of adding bias along its last axis; y itself when the bias is undefined.
Tensor record_bias(Tensor y, const Tensor& bias);
/// y as the result of an activation.
Tensor record_activation(Tensor y, kernels::Activation activation);

}  // namespace keratin::ops
