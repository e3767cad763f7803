#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>

namespace keratin::nn {

struct Conv2DOptions {
    Size2 strides = 1;
    Padding padding = "valid";  ///< "valid", "same", or {{top, bottom}, {left, right}}
    Size2 dilations = 1;        ///< distance of the kernel's taps
    int64_t groups = 1;         ///< groups of channels that do not see each other
};

/// Cross-correlation of images with kernels (tf.nn.conv2d): x (batch, height, width, in_channels), kernel
/// (kernel_height, kernel_width, in_channels / groups, filters) -> (batch, out_height, out_width, filters), a
/// side being floor((in + pads - (k - 1) * dilation - 1) / stride) + 1, or ceil(in / stride) for "same".
/// Throws ShapeError or DTypeError naming both shapes, ValueError for options below 1.
KERATIN_EXPORT Tensor conv2d(const Tensor& x, const Tensor& kernel, const Conv2DOptions& options = {});

/// Whether 3x3 convolutions without strides or groups and their gradients may run in Winograd's form F(4x4,
/// 3x3) where that is faster: from 16 channels on, in multiples of 16. It rounds differently: an output is
/// within 32 * 2^-24 (float32) of the sum of its terms' sizes, and a NaN or infinity reaches the whole tile
/// of 4x4 outputs. KERATIN_WINOGRAD=0 in the environment forbids it from the start.
KERATIN_EXPORT void allow_winograd(bool allow);
KERATIN_EXPORT bool winograd_allowed();

/// The shape of conv2d's result; x may have an unknown batch. Errors name `owner`.
KERATIN_EXPORT Shape conv2d_shape(const Shape& x, const Shape& kernel, const Conv2DOptions& options,
                                  const char* owner);

/// The gradient of conv2d with respect to an input of shape `input`: also the transposed convolution.
KERATIN_EXPORT Tensor conv2d_input_gradient(const Tensor& dy, const Tensor& kernel, const Shape& input,
                                            const Conv2DOptions& options = {});
/// The gradient of conv2d with respect to a kernel of shape `kernel`.
KERATIN_EXPORT Tensor conv2d_kernel_gradient(const Tensor& x, const Tensor& dy, const Shape& kernel,
                                             const Conv2DOptions& options = {});

/// Transposed convolution (tf.nn.conv2d_transpose): x (batch, h, w, in_channels), kernel (kernel_height,
/// kernel_width, filters, in_channels) -> `output`, which the forward convolution with the same options maps
/// back to x's shape (ShapeError otherwise).
KERATIN_EXPORT Tensor conv2d_transpose(const Tensor& x, const Tensor& kernel, const Shape& output,
                                       const Conv2DOptions& options = {});

/// Every channel by itself (tf.nn.depthwise_conv2d): kernel (kernel_height, kernel_width, channels,
/// multiplier) -> (batch, out_height, out_width, channels * multiplier), output channel c * multiplier + m.
/// `groups` is not used.
KERATIN_EXPORT Tensor depthwise_conv2d(const Tensor& x, const Tensor& kernel,
                                       const Conv2DOptions& options = {});

}  // namespace keratin::nn
