#include "ops/nn/conv_fused.hpp"

#include "ops/fused.hpp"
#include "ops/nn/conv_record.hpp"
#include "ops/nn/floating.hpp"

namespace keratin::nn {

Tensor conv2d_bias_activation(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                              const Conv2DOptions& options, kernels::Activation activation) {
    constexpr const char* op = "conv2d";
    require_same_floating(x, "input", kernel, "kernel", op);
    const ConvGeometry geometry = conv_geometry(x.shape(), kernel.shape(), options, op);
    if (bias.defined()) {
        require_same_floating(x, "input", bias, "bias", op);
        if (bias.shape() != Shape{kernel.shape()[3]})
            fail<ShapeError>(
                "{}: bias has shape {}, kernel (kernel shape {}) has {} filters; give a bias of shape "
                "({},)",
                op, bias.shape(), kernel.shape(), kernel.shape()[3], kernel.shape()[3]);
    }
    Tensor y = record_conv2d(run_conv2d(geometry, x, kernel, bias, activation), x, kernel, options);
    if (bias.defined()) y = ops::record_bias(std::move(y), bias);
    return ops::record_activation(std::move(y), activation);
}

}  // namespace keratin::nn
