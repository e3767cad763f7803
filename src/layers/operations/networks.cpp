#include "layers/conv_transpose.hpp"
#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/nn/pool.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/scan.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

/// keras.src.ops.nn: windows over sequences and images, and normalizations.
namespace keratin::operations {
namespace {

/// One number for all sides, or one for each; of sequences the height is 1.
Size2 sides(const Call& call, const char* argument, int spatial, int64_t otherwise = 1) {
    const std::vector<int64_t> list =
        call[argument].is_null() ? std::vector<int64_t>{otherwise} : call.sizes(argument);
    if (list.size() != 1 && list.size() != static_cast<size_t>(spatial))
        call.wrong(argument, "give one number, or one for each side");
    for (const int64_t side : list)
        if (side < 1 || side > INT32_MAX) call.wrong(argument, "it must be at least 1");
    if (spatial == 1) return {1, list.front()};
    return {list.front(), list.back()};
}

/// Images, also of sequences: (batch, 1, steps, channels).
struct Images {
    Tensor x;
    int spatial;

    explicit Images(const Call& call) : x(call.floating(0)), spatial(x.rank() - 2) {
        call.only("data_format", "channels_last");
        if (spatial != 1 && spatial != 2)
            fail<ShapeError>(
                "{}: x has shape {}; (batch, steps, channels) or (batch, height, width, channels) "
                "is needed",
                call.owner(), x.shape());
        if (spatial == 1) x = expand_dims(x, 1);
    }
    Tensor back(const Tensor& y) const { return spatial == 1 ? squeeze(y, 1) : y; }
    /// A kernel as one of images.
    Tensor kernel(const Call& call, size_t operand) const {
        const Tensor kernel = call.as(operand, x.dtype());
        if (kernel.rank() != spatial + 2)
            fail<ShapeError>("{}: a kernel of shape {} does not go with x", call.owner(), kernel.shape());
        return spatial == 1 ? expand_dims(kernel, 0) : kernel;
    }
};

nn::Conv2DOptions window(const Call& call, const Images& images) {
    return {.strides = sides(call, "strides", images.spatial),
            .padding = padding(call["padding"].as_string()),
            .dilations = sides(call, "dilation_rate", images.spatial)};
}

Tensor convolved(const Call& call) {
    const Images images(call);
    const Tensor kernel = images.kernel(call, 1);
    nn::Conv2DOptions options = window(call, images);
    const int64_t channels = images.x.shape().back(), each = kernel.shape()[2];
    if (each < 1 || channels % each)
        fail<ShapeError>("{}: a kernel of shape {} takes {} channels, and x has {}", call.owner(),
                         kernel.shape(), each, channels);
    options.groups = channels / each;
    call.check_result(nn::conv2d_shape(images.x.shape(), kernel.shape(), options, call.owner().c_str()));
    return images.back(nn::conv2d(images.x, kernel, options));
}

Tensor depthwise_convolved(const Call& call) {
    const Images images(call);
    return images.back(nn::depthwise_conv2d(images.x, images.kernel(call, 1), window(call, images)));
}

Tensor separably_convolved(const Call& call) {
    const Images images(call);
    const Tensor y = nn::depthwise_conv2d(images.x, images.kernel(call, 1), window(call, images));
    return images.back(nn::conv2d(y, images.kernel(call, 2)));
}

Tensor transposed_convolved(const Call& call) {
    const Images images(call);
    const Tensor kernel = images.kernel(call, 1);
    layers::TransposedWindow window{.kernel = {kernel.shape()[0], kernel.shape()[1]},
                                    .strides = sides(call, "strides", images.spatial),
                                    .dilation = sides(call, "dilation_rate", images.spatial),
                                    .output_padding = {},
                                    .padding = padding(call["padding"].as_string())};
    if (!call["output_padding"].is_null()) {
        const std::vector<int64_t> extra = call.sizes("output_padding");
        for (const int64_t side : extra)
            if (side < 0 || side >= std::max(window.strides.height, window.strides.width))
                call.wrong("output_padding", "it must be below the strides");
        window.output_padding = Size2(images.spatial == 1 ? 0 : extra.front(), extra.back());
    }
    const layers::Transposed way =
        layers::transposed(images.x.shape(), kernel.shape()[2], window, call.owner());
    call.check_result(way.output);
    return images.back(nn::conv2d_transpose(images.x, kernel, way.output, way.back));
}

Tensor pooled(const Call& call, Tensor (*pool)(const Tensor&, Size2, const nn::Pool2DOptions&)) {
    const Images images(call);
    nn::Pool2DOptions options{.padding = padding(call["padding"].as_string())};
    if (!call["strides"].is_null()) options.strides = sides(call, "strides", images.spatial);
    return images.back(pool(images.x, sides(call, "pool_size", images.spatial), options));
}

/// mean, variance, offset and scale along one axis.
Tensor batch_normalized(const Call& call) {
    const Tensor x = call.floating(0);
    const auto parameter = [&](size_t i) { return call.has(i) ? call.as(i, x.dtype()) : Tensor(); };
    return nn::batch_normalization(x, parameter(1), parameter(2), parameter(4), parameter(3),
                                   call.number("epsilon"), call.axis());
}

/// The axes that are normalized, and a parameter that broadcasts along them.
struct Normalized {
    const Call& call;
    Tensor x;
    std::vector<int> axes;

    explicit Normalized(const Call& c) : call(c), x(c.floating(0)), axes(c.integers("axis")) {
        if (is_half(x.dtype())) x = cast(x, float32);
        for (int& axis : axes) axis = x.shape().normalize_axis(axis, call.owner().c_str());
        std::sort(axes.begin(), axes.end());
    }
    double epsilon() const { return call["epsilon"].is_null() ? 1e-7 : call.number("epsilon"); }
    Tensor parameter(size_t i) const {
        Tensor p = call.as(i, x.dtype());
        if (p.rank() == x.rank()) return p;
        Shape shape(std::vector<int64_t>(x.shape().extents().size(), 1));
        for (const int axis : axes) shape = shape.with(axis, x.shape()[axis]);
        return reshape(p, shape);
    }
    Tensor back(const Tensor& y) const {
        const DType dtype = call.tensor(0).dtype();
        return is_half(dtype) ? cast(y, dtype) : y;
    }
};

Tensor layer_normalized(const Call& call) {
    const Normalized n(call);
    const Axes axes(n.axes);
    Tensor inverse = rsqrt(reduce_variance(n.x, axes, true) + n.epsilon());
    if (call.flag("rms_scaling")) return n.back(n.x * (call.has(1) ? inverse * n.parameter(1) : inverse));
    if (call.has(1)) inverse = inverse * n.parameter(1);
    const Tensor y = (n.x - reduce_mean(n.x, axes, true)) * inverse;
    return n.back(call.has(2) ? y + n.parameter(2) : y);
}

Tensor rms_normalized(const Call& call) {
    const Normalized n(call);
    const Tensor inverse = rsqrt(reduce_mean(square(n.x), Axes(n.axes), true) + n.epsilon());
    const Tensor y = n.x * inverse;
    return n.back(call.has(1) ? y * n.parameter(1) : y);
}

Tensor normalized(const Call& call) {
    const Tensor x = call.floating(0);
    const Axes axes = call.axes();
    const double epsilon = call["epsilon"].is_null() ? 1e-7 : call.number("epsilon");
    const int64_t order = call.integer("order");
    if (order < 1) call.wrong("order", "it must be at least 1");
    if (order == 2) return x * minimum(rsqrt(reduce_sum(square(x), axes, true)), 1 / epsilon);
    const Tensor norm = pow(reduce_sum(pow(abs(x), order), axes, true), 1.0 / static_cast<double>(order));
    return x / maximum(norm, epsilon);
}

constexpr const char* conv_arguments =
    R"({"strides":1,"padding":"valid","data_format":null,"dilation_rate":1})";
constexpr const char* pool_arguments =
    R"({"pool_size":"!","strides":null,"padding":"valid","data_format":null})";

const Function functions[] = {
    {"nn.Conv", "inputs kernel", conv_arguments, convolved},
    {"nn.DepthwiseConv", "inputs kernel", conv_arguments, depthwise_convolved},
    {"nn.SeparableConv", "inputs depthwise_kernel pointwise_kernel", conv_arguments, separably_convolved},
    {"nn.ConvTranspose", "inputs kernel",
     R"({"strides":1,"padding":"valid","output_padding":null,"data_format":null,"dilation_rate":1})",
     transposed_convolved},
    {"nn.MaxPool", "inputs", pool_arguments, [](const Call& c) { return pooled(c, nn::max_pool2d); }},
    {"nn.AveragePool", "inputs", pool_arguments, [](const Call& c) { return pooled(c, nn::avg_pool2d); }},
    {"nn.BatchNorm", "x mean variance offset? scale?", R"({"axis":"!","epsilon":0.001})", batch_normalized},
    {"nn.LayerNorm", "x gamma? beta?", R"({"axis":-1,"epsilon":null,"rms_scaling":false})", layer_normalized},
    {"nn.RMSNorm", "x scale=", R"({"axis":-1,"epsilon":null})", rms_normalized},
    {"nn.Normalize", "x", R"({"axis":-1,"order":2,"epsilon":null})", normalized},
};

}  // namespace

std::span<const Function> network_functions() {
    return functions;
}

}  // namespace keratin::operations
