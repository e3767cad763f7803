#pragma once

#include "autograd/sink.hpp"
#include "ops/nn/conv_geometry.hpp"

#include <keratin/ops/nn/conv.hpp>

/// The two halves of conv2d, for ops that put more into its kernel call.
namespace keratin::nn {

/// The forward kernel alone, unrecorded; bias may be undefined.
Tensor run_conv2d(const ConvGeometry& geometry, const Tensor& x, const Tensor& kernel, const Tensor& bias,
                  kernels::Activation activation);
/// y as the result of conv2d(x, kernel, options).
Tensor record_conv2d(Tensor y, const Tensor& x, const Tensor& kernel, const Conv2DOptions& options);

/// The gradient ops, written straight into the sink's memory where nobody records.
void add_input_gradient(Sink& sink, const Tensor& dy, const Tensor& kernel, const Shape& input,
                        const Conv2DOptions& options);
void add_kernel_gradient(Sink& sink, const Tensor& x, const Tensor& dy, const Shape& kernel,
                         const Conv2DOptions& options);

}  // namespace keratin::nn
