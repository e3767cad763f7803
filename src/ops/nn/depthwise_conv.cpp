#include "ops/nn/floating.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::nn {

Tensor depthwise_conv2d(const Tensor& x, const Tensor& kernel, const Conv2DOptions& options) {
    constexpr const char* op = "depthwise_conv2d";
    require_same_floating(x, "input", kernel, "kernel", op);
    const Shape& shape = kernel.shape();
    if (shape.rank() != 4)
        fail<ShapeError>(
            "{}: kernel has shape {}; (kernel_height, kernel_width, channels, multiplier) is needed", op,
            shape);
    if (x.rank() == 4 && x.shape()[3] != shape[2])
        fail<ShapeError>(
            "{}: input of shape {} has {} channels, kernel was built for {} (kernel shape {}); give an "
            "input of shape (batch, height, width, {})",
            op, x.shape(), x.shape()[3], shape[2], shape, shape[2]);
    // A group for each channel: output channel c * multiplier + m is where the kernel has it in memory.
    Conv2DOptions grouped = options;
    grouped.groups = shape[2];
    const Shape flat{shape[0], shape[1], 1, shape[2] * shape[3]};
    conv2d_shape(x.shape(), flat, grouped, op);
    return conv2d(x, reshape(kernel, flat), grouped);
}

}  // namespace keratin::nn
