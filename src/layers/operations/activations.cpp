#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/shaping.hpp>

/// keras.src.ops.nn, the part of it that activates.
namespace keratin::operations {
namespace {

Tensor constant(double value, const Tensor& like) {
    return Tensor::scalar(value, like.dtype());
}

/// Over one axis, or over all of them for null.
Tensor over_axis(const Call& call, Tensor (*f)(const Tensor&, int)) {
    const Tensor x = call.floating(0);
    const std::optional<int> axis = call.optional_axis();
    return axis ? f(x, *axis) : reshape(f(reshape(x, {-1}), 0), x.shape());
}

Tensor celu(const Call& call) {
    const Tensor x = call.floating(0);
    const double alpha = call.number("alpha");
    return maximum(x, 0) + alpha * expm1(minimum(x, 0) / alpha);
}

Tensor glu(const Call& call) {
    const Tensor x = call.floating(0);
    const int axis = x.shape().normalize_axis(call.axis(), call.owner().c_str());
    const int64_t half = x.shape()[axis] / 2;
    std::vector<Slice> slices(static_cast<size_t>(axis) + 1);
    slices.back() = {0, half};
    const Tensor values = slice(x, slices);
    slices.back() = {half, 2 * half};
    return values * sigmoid(slice(x, slices));
}

Results glu_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    const int axis = x.normalize_axis(call.axis(), call.owner().c_str());
    if (x[axis] == open) return first_floating(call, x);
    if (x[axis] % 2) fail<ShapeError>("{}: axis {} of {} is odd", call.owner(), axis, x);
    return first_floating(call, x.with(axis, x[axis] / 2));
}

Results along_results(const Call& call, const Shapes& operands) {
    const Along checked(call, operands.front());
    return {{operands.front()}};
}

Tensor soft_shrink(const Call& call) {
    const Tensor x = call.floating(0);
    const double threshold = call.number("threshold");
    return where(x > threshold, x - threshold, where(x < -threshold, x + threshold, zeros_like(x)));
}

Tensor sparse_plus(const Tensor& x) {
    return where(x <= -1, zeros_like(x), where(x < 1, square(x + 1) / 4, x));
}

Tensor sparse_sigmoid(const Tensor& x) {
    return where(x <= -1, zeros_like(x), where(x >= 1, ones_like(x), (x + 1) / 2));
}

const Function functions[] = {
    {"nn.Relu", "x", "", [](const Call& c) { return c.map(nn::relu); }},
    {"nn.Relu6", "x", "", [](const Call& c) { return c.map(nn::relu6); }},
    {"nn.Sigmoid", "x", "", [](const Call& c) { return c.map(sigmoid); }},
    {"nn.SparseSigmoid", "x", "", [](const Call& c) { return c.map(sparse_sigmoid); }},
    {"nn.Softplus", "x", "", [](const Call& c) { return c.map(nn::softplus); }},
    {"nn.Softsign", "x", "", [](const Call& c) { return c.map(nn::softsign); }},
    {"nn.SoftShrink", "x", R"({"threshold":0.5})", soft_shrink},
    {"nn.SparsePlus", "x", "", [](const Call& c) { return c.map(sparse_plus); }},
    {"nn.Silu", "x", "", [](const Call& c) { return c.map(nn::silu); }},
    {"nn.Squareplus", "x", R"({"b":4})",
     [](const Call& c) {
         const Tensor x = c.floating(0);
         return (x + sqrt(square(x) + c.number("b"))) / 2;
     }},
    {"nn.LogSigmoid", "x", "", [](const Call& c) { return c.map(nn::log_sigmoid); }},
    {"nn.LeakyRelu", "x", R"({"negative_slope":0.2})",
     [](const Call& c) { return nn::leaky_relu(c.floating(0), c.number("negative_slope")); }},
    {"nn.HardSigmoid", "x", "", [](const Call& c) { return c.map(nn::hard_sigmoid); }},
    {"nn.HardSilu", "x", "", [](const Call& c) { return c.map(nn::hard_silu); }},
    {"nn.HardTanh", "x", "", [](const Call& c) { return clip(c.floating(0), -1, 1); }},
    {"nn.HardShrink", "x", R"({"threshold":0.5})",
     [](const Call& c) {
         const Tensor x = c.floating(0);
         return where(abs(x) > c.number("threshold"), x, zeros_like(x));
     }},
    {"nn.TanhShrink", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return x - tanh(x); }); }},
    {"nn.Threshold", "x", R"({"threshold":"!","default_value":"!"})",
     [](const Call& c) {
         const Tensor x = c.floating(0);
         return where(x > c.number("threshold"), x, constant(c.number("default_value"), x));
     }},
    {"nn.Elu", "x", R"({"alpha":1.0})",
     [](const Call& c) { return nn::elu(c.floating(0), c.number("alpha")); }},
    {"nn.Selu", "x", "", [](const Call& c) { return c.map(nn::selu); }},
    {"nn.Gelu", "x", R"({"approximate":true})",
     [](const Call& c) { return nn::gelu(c.floating(0), c.flag("approximate")); }},
    {"nn.Celu", "x", R"({"alpha":1.0})", celu},
    {"nn.Glu", "x", R"({"axis":-1})", glu, glu_results},
    {"nn.Softmax", "x", R"({"axis":-1})", [](const Call& c) { return over_axis(c, nn::softmax); },
     along_results},
    {"nn.LogSoftmax", "x", R"({"axis":-1})", [](const Call& c) { return over_axis(c, nn::log_softmax); },
     along_results},
};

}  // namespace

std::span<const Function> activation_functions() {
    return functions;
}

}  // namespace keratin::operations
