#include "layers/convolution.hpp"

#include "layers/fused_activation.hpp"
#include "ops/nn/conv_fused.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {
namespace {

Shape as_images(const Shape& input) {
    return input.rank() == 3 ? Shape{input[0], 1, input[1], input[2]} : input;
}

Shape as_kernel(const Shape& kernel) {
    return kernel.rank() == 3 ? Shape{1} + kernel : kernel;
}

/// In the words of sequences; what is left to say, nn::conv2d_shape says.
void require_steps(const Shape& input, int64_t taps, const nn::Conv2DOptions& options,
                   const std::string& name) {
    if (input[1] == Shape::unknown) return;
    if (input[1] == 0)
        fail<ShapeError>("{}: input of shape {} has no steps; there must be at least 1", name, input);
    const WindowExtent window = window_extent(input[1], taps, options.strides.width, options.dilations.width,
                                              options.padding.kind(), options.padding.cols());
    if (window.out < 1)
        fail<ShapeError>(
            "{}: kernel of {} steps with dilation_rate {} does not fit input {}; use padding \"same\" or a "
            "smaller kernel",
            name, taps, options.dilations.width, input);
}

}  // namespace

int64_t channels_to_build(const Shape& input, const std::string& name) {
    if (input.back() == Shape::unknown)
        fail<ShapeError>("{}: input has shape {}; the channels must be known to make the kernel", name,
                         input);
    if (input.back() < 1)
        fail<ShapeError>("{}: input of shape {} has no channels; there must be at least 1", name, input);
    return input.back();
}

void require_channels(const Shape& input, int64_t channels, const Shape& kernel, const std::string& name) {
    if (input.back() != channels)
        fail<ShapeError>(
            "{}: input of shape {} has {} channels, kernel was built for {} (kernel shape {}); give an input "
            "of shape (batch, {}, {})",
            name, input, input.back(), channels, kernel, input.rank() == 3 ? "steps" : "height, width",
            channels);
}

Shape convolved_shape(const Shape& input, const Shape& kernel, const nn::Conv2DOptions& options,
                      const std::string& name) {
    if (input.rank() == 3) require_steps(input, kernel[0], options, name);
    const Shape shape = nn::conv2d_shape(as_images(input), as_kernel(kernel), options, name.c_str());
    return input.rank() == 3 ? Shape{shape[0], shape[2], shape[3]} : shape;
}

Tensor convolved(const Tensor& x, const Tensor& kernel, const Tensor& bias, const nn::Conv2DOptions& options,
                 const ActivationFunction& function) {
    return activated(function, [&](kernels::Activation activation) {
        if (x.rank() != 3) return nn::conv2d_bias_activation(x, kernel, bias, options, activation);
        const Tensor y =
            nn::conv2d_bias_activation(reshape(x, as_images(x.shape())),
                                       reshape(kernel, as_kernel(kernel.shape())), bias, options, activation);
        return reshape(y, {y.shape()[0], y.shape()[2], y.shape()[3]});
    });
}

}  // namespace keratin::layers
