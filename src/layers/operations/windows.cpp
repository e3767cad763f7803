#include "layers/conv_transpose.hpp"
#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/nn/pool.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

/// keras.src.ops.nn: windows over sequences and images. Sequences are images one pixel high.
namespace keratin::operations {
namespace {

/// One number for all sides, or one for each.
Size2 sides(const Call& call, const char* argument, bool images) {
    const std::vector<int64_t> list =
        call[argument].is_null() ? std::vector<int64_t>{1} : call.sizes(argument);
    if (list.size() != 1 && list.size() != (images ? 2U : 1U))
        call.wrong(argument, "give one number, or one for each side");
    for (const int64_t side : list)
        if (side < 1 || side > INT32_MAX) call.wrong(argument, "it must be at least 1");
    return {images ? list.front() : 1, list.back()};
}

/// (batch, 1, steps, channels) of sequences.
Shape as_images(const Shape& x) {
    return x.rank() == 3 ? Shape{x[0], 1, x[1], x[2]} : x;
}

Shape as_kernel(const Shape& kernel) {
    return kernel.rank() == 3 ? Shape{1} + kernel : kernel;
}

Tensor as_images(const Tensor& x) {
    return reshape(x, as_images(x.shape()));
}

Tensor as_kernel(const Call& call, size_t operand, DType dtype) {
    const Tensor kernel = call.as(operand, dtype);
    return reshape(kernel, as_kernel(kernel.shape()));
}

/// The result of images that stand for x.
Tensor back(const Call& call, const Tensor& y) {
    return call.tensor(0).rank() == 3 ? squeeze(y, 1) : y;
}

Results back(const Call& call, const Shapes& operands, const Shape& y) {
    return first_floating(call, operands[0].rank() == 3 ? Shape{y[0], y[2], y[3]} : y);
}

void require_ranks(const Call& call, const Shapes& operands) {
    call.only("data_format", "channels_last");
    const Shape& x = operands[0];
    if (x.rank() != 3 && x.rank() != 4)
        fail<ShapeError>(
            "{}: x has shape {}; (batch, steps, channels) or (batch, height, width, channels) is needed",
            call.owner(), x);
    for (size_t i = 1; i < operands.size(); ++i)
        if (operands[i].rank() != x.rank())
            fail<ShapeError>("{}: a kernel of shape {} does not go with x", call.owner(), operands[i]);
}

nn::Conv2DOptions window(const Call& call, bool images) {
    return {.strides = sides(call, "strides", images),
            .padding = padding(call["padding"].as_string()),
            .dilations = sides(call, "dilation_rate", images)};
}

/// Of open sides of a kernel nothing is known.
Shape convolved_shape(const Call& call, const Shape& x, const Shape& kernel,
                      const nn::Conv2DOptions& options) {
    if (kernel[0] == open || kernel[1] == open) return {x[0], open, open, kernel[3]};
    const int64_t each = kernel[2] != open ? kernel[2] : x[3] != open ? x[3] / options.groups : 1;
    const Shape known{kernel[0], kernel[1], each, kernel[3] == open ? options.groups : kernel[3]};
    const Shape input = x[3] == open ? x.with(3, multiplied(call, each, options.groups)) : x;
    return nn::conv2d_shape(input, known, options, call.owner().c_str()).with(3, kernel[3]);
}

int64_t groups_of(const Call& call, const Shape& x, const Shape& kernel) {
    const int64_t channels = x[-1], each = kernel[-2];
    if (channels == open || each == open) return 1;
    if (each < 1 || channels % each)
        fail<ShapeError>("{}: a kernel of shape {} takes {} channels, and x has {}", call.owner(), kernel,
                         each, channels);
    return channels / each;
}

Results convolved_results(const Call& call, const Shapes& operands) {
    require_ranks(call, operands);
    const Shape x = as_images(operands[0]), kernel = as_kernel(operands[1]);
    nn::Conv2DOptions options = window(call, operands[0].rank() == 4);
    options.groups = groups_of(call, x, kernel);
    return back(call, operands, convolved_shape(call, x, kernel, options));
}

Tensor convolved(const Call& call) {
    const Tensor x = as_images(call.floating(0));
    const Tensor kernel = as_kernel(call, 1, x.dtype());
    nn::Conv2DOptions options = window(call, call.tensor(0).rank() == 4);
    options.groups = groups_of(call, x.shape(), kernel.shape());
    return back(call, nn::conv2d(x, kernel, options));
}

/// Channels that do not see each other: as many groups.
Shape depthwise_shape(const Call& call, const Shapes& operands) {
    require_ranks(call, operands);
    const Shape x = as_images(operands[0]), kernel = as_kernel(operands[1]);
    nn::Conv2DOptions options = window(call, operands[0].rank() == 4);
    const int64_t channels = common(call, x[3], kernel[2], operands);
    options.groups = std::max<int64_t>(channels, 1);
    const Shape each{kernel[0], kernel[1], 1, multiplied(call, kernel[2], kernel[3])};
    return convolved_shape(call, x, each, options);
}

Results depthwise_results(const Call& call, const Shapes& operands) {
    return back(call, operands, depthwise_shape(call, operands));
}

Tensor depthwise_convolved(const Call& call) {
    const Tensor x = as_images(call.floating(0));
    return back(call, nn::depthwise_conv2d(x, as_kernel(call, 1, x.dtype()),
                                           window(call, call.tensor(0).rank() == 4)));
}

Results separable_results(const Call& call, const Shapes& operands) {
    const Shape y = depthwise_shape(call, operands);
    return back(call, operands, convolved_shape(call, y, as_kernel(operands[2]), {}));
}

Tensor separably_convolved(const Call& call) {
    const Tensor x = as_images(call.floating(0));
    const Tensor y =
        nn::depthwise_conv2d(x, as_kernel(call, 1, x.dtype()), window(call, call.tensor(0).rank() == 4));
    return back(call, nn::conv2d(y, as_kernel(call, 2, x.dtype())));
}

layers::Transposed transposed(const Call& call, const Shape& x, const Shape& kernel, bool images) {
    layers::TransposedWindow window{.kernel = {kernel[0], kernel[1]},
                                    .strides = sides(call, "strides", images),
                                    .dilation = sides(call, "dilation_rate", images),
                                    .output_padding = {},
                                    .padding = padding(call["padding"].as_string())};
    if (!call["output_padding"].is_null()) {
        const std::vector<int64_t> extra = call.sizes("output_padding");
        if (extra.size() != 1 && extra.size() != (images ? 2U : 1U))
            call.wrong("output_padding", "give one number, or one for each side");
        window.output_padding = Size2(images ? extra.front() : 0, extra.back());
        const auto fits = [](int64_t side, int64_t stride) { return side >= 0 && side < stride; };
        if (!fits(window.output_padding->height, window.strides.height) ||
            !fits(window.output_padding->width, window.strides.width))
            call.wrong("output_padding", "it must be below the strides");
    }
    return layers::transposed(x, kernel[2], window, call.owner());
}

Results transposed_results(const Call& call, const Shapes& operands) {
    require_ranks(call, operands);
    const Shape x = as_images(operands[0]), kernel = as_kernel(operands[1]);
    common(call, x[3], kernel[3], operands);
    if (elements(kernel) == 0)
        fail<ShapeError>("{}: a kernel of shape {} has no elements", call.owner(), operands[1]);
    if (kernel[0] == open || kernel[1] == open) return back(call, operands, {x[0], open, open, kernel[2]});
    return back(call, operands, transposed(call, x, kernel, operands[0].rank() == 4).output);
}

Tensor transposed_convolved(const Call& call) {
    const Tensor x = as_images(call.floating(0));
    const Tensor kernel = as_kernel(call, 1, x.dtype());
    const layers::Transposed way = transposed(call, x.shape(), kernel.shape(), call.tensor(0).rank() == 4);
    return back(call, nn::conv2d_transpose(x, kernel, way.output, way.back));
}

nn::Pool2DOptions pool_options(const Call& call, bool images) {
    nn::Pool2DOptions options{.padding = padding(call["padding"].as_string())};
    if (!call["strides"].is_null()) options.strides = sides(call, "strides", images);
    return options;
}

Results pooled_results(const Call& call, const Shapes& operands) {
    require_ranks(call, operands);
    const bool images = operands[0].rank() == 4;
    return back(call, operands,
                nn::pool2d_shape(as_images(operands[0]), sides(call, "pool_size", images),
                                 pool_options(call, images), call.owner().c_str()));
}

template <Tensor (*pool)(const Tensor&, Size2, const nn::Pool2DOptions&)>
Tensor pooled(const Call& call) {
    const bool images = call.tensor(0).rank() == 4;
    return back(call, pool(as_images(call.floating(0)), sides(call, "pool_size", images),
                           pool_options(call, images)));
}

constexpr const char* conv_arguments =
    R"({"strides":1,"padding":"valid","data_format":null,"dilation_rate":1})";
constexpr const char* pool_arguments =
    R"({"pool_size":"!","strides":null,"padding":"valid","data_format":null})";

const Function functions[] = {
    {"nn.Conv", "inputs kernel", conv_arguments, convolved, convolved_results},
    {"nn.DepthwiseConv", "inputs kernel", conv_arguments, depthwise_convolved, depthwise_results},
    {"nn.SeparableConv", "inputs depthwise_kernel pointwise_kernel", conv_arguments, separably_convolved,
     separable_results},
    {"nn.ConvTranspose", "inputs kernel",
     R"({"strides":1,"padding":"valid","output_padding":null,"data_format":null,"dilation_rate":1})",
     transposed_convolved, transposed_results},
    {"nn.MaxPool", "inputs", pool_arguments, pooled<nn::max_pool2d>, pooled_results},
    {"nn.AveragePool", "inputs", pool_arguments, pooled<nn::avg_pool2d>, pooled_results},
};

}  // namespace

std::span<const Function> window_functions() {
    return functions;
}

}  // namespace keratin::operations
