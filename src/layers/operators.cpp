#include <keratin/layers/operators.hpp>

#include <keratin/layers/operation.hpp>

#include <string_view>

namespace keratin {
namespace {

using layers::operation;

Config literal_of(Scalar number) {
    return number.is_integral() ? Config(number.to<int64_t>()) : Config(number.to<double>());
}

KerasTensor with_number(std::string_view function, const KerasTensor& x, Scalar number, size_t place = 1) {
    return operation(function, x, {}, {.literals = {{place, literal_of(number)}}});
}

Config one_or_list(const std::vector<int>& axes) {
    return axes.size() == 1 ? Config(axes.front()) : Config(Config::List(axes.begin(), axes.end()));
}

KerasTensor reduced(std::string_view function, const KerasTensor& x, const Axes& axes, bool keepdims) {
    return operation(
        function, x,
        Config::object({{"axis", axes.all() ? Config() : one_or_list(axes.list())}, {"keepdims", keepdims}}));
}

}  // namespace

KerasTensor operator+(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.Add", {a, b});
}
KerasTensor operator-(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.Subtract", {a, b});
}
KerasTensor operator*(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.Multiply", {a, b});
}
KerasTensor operator/(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.TrueDivide", {a, b});
}
KerasTensor operator<(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.Less", {a, b});
}
KerasTensor operator<=(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.LessEqual", {a, b});
}
KerasTensor operator>(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.Greater", {a, b});
}
KerasTensor operator>=(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.GreaterEqual", {a, b});
}
KerasTensor operator+(const KerasTensor& x, Scalar number) {
    return with_number("numpy.Add", x, number);
}
KerasTensor operator-(const KerasTensor& x, Scalar number) {
    return with_number("numpy.Subtract", x, number);
}
KerasTensor operator*(const KerasTensor& x, Scalar number) {
    return with_number("numpy.Multiply", x, number);
}
KerasTensor operator/(const KerasTensor& x, Scalar number) {
    return with_number("numpy.TrueDivide", x, number);
}
KerasTensor operator<(const KerasTensor& x, Scalar number) {
    return with_number("numpy.Less", x, number);
}
KerasTensor operator<=(const KerasTensor& x, Scalar number) {
    return with_number("numpy.LessEqual", x, number);
}
KerasTensor operator>(const KerasTensor& x, Scalar number) {
    return with_number("numpy.Greater", x, number);
}
KerasTensor operator>=(const KerasTensor& x, Scalar number) {
    return with_number("numpy.GreaterEqual", x, number);
}
KerasTensor operator+(Scalar number, const KerasTensor& x) {
    return with_number("numpy.Add", x, number, 0);
}
KerasTensor operator-(Scalar number, const KerasTensor& x) {
    return with_number("numpy.Subtract", x, number, 0);
}
KerasTensor operator*(Scalar number, const KerasTensor& x) {
    return with_number("numpy.Multiply", x, number, 0);
}
KerasTensor operator/(Scalar number, const KerasTensor& x) {
    return with_number("numpy.TrueDivide", x, number, 0);
}
KerasTensor operator-(const KerasTensor& x) {
    return operation("numpy.Negative", x);
}

KerasTensor maximum(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.Maximum", {a, b});
}
KerasTensor minimum(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.Minimum", {a, b});
}
KerasTensor pow(const KerasTensor& x, Scalar exponent) {
    return with_number("numpy.Power", x, exponent);
}
KerasTensor matmul(const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.Matmul", {a, b});
}
KerasTensor abs(const KerasTensor& x) {
    return operation("numpy.Absolute", x);
}
KerasTensor exp(const KerasTensor& x) {
    return operation("numpy.Exp", x);
}
KerasTensor log(const KerasTensor& x) {
    return operation("numpy.Log", x);
}
KerasTensor sqrt(const KerasTensor& x) {
    return operation("numpy.Sqrt", x);
}
KerasTensor square(const KerasTensor& x) {
    return operation("numpy.Square", x);
}
KerasTensor tanh(const KerasTensor& x) {
    return operation("numpy.Tanh", x);
}
KerasTensor sigmoid(const KerasTensor& x) {
    return operation("nn.Sigmoid", x);
}
KerasTensor clip(const KerasTensor& x, double low, double high) {
    return operation("numpy.Clip", x, Config::object({{"x_min", low}, {"x_max", high}}));
}
KerasTensor cast(const KerasTensor& x, DType dtype) {
    return operation("core.Cast", x, Config::object({{"dtype", name(dtype)}}));
}
KerasTensor where(const KerasTensor& condition, const KerasTensor& a, const KerasTensor& b) {
    return operation("numpy.Where", {condition, a, b});
}

KerasTensor reduce_sum(const KerasTensor& x, const Axes& axes, bool keepdims) {
    return reduced("numpy.Sum", x, axes, keepdims);
}
KerasTensor reduce_mean(const KerasTensor& x, const Axes& axes, bool keepdims) {
    return reduced("numpy.Mean", x, axes, keepdims);
}
KerasTensor reduce_max(const KerasTensor& x, const Axes& axes, bool keepdims) {
    return reduced("numpy.Max", x, axes, keepdims);
}
KerasTensor reduce_min(const KerasTensor& x, const Axes& axes, bool keepdims) {
    return reduced("numpy.Min", x, axes, keepdims);
}

KerasTensor reshape(const KerasTensor& x, const Shape& shape) {
    return operation("numpy.Reshape", x,
                     Config::object({{"newshape", Config::List(shape.begin(), shape.end())}}));
}
KerasTensor transpose(const KerasTensor& x, const std::vector<int>& permutation) {
    const Config axes =
        permutation.empty() ? Config() : Config(Config::List(permutation.begin(), permutation.end()));
    return operation("numpy.Transpose", x, Config::object({{"axes", axes}}));
}
KerasTensor expand_dims(const KerasTensor& x, int axis) {
    return operation("numpy.ExpandDims", x, Config::object({{"axis", axis}}));
}
KerasTensor squeeze(const KerasTensor& x, int axis) {
    return operation("numpy.Squeeze", x, Config::object({{"axis", axis}}));
}
KerasTensor concat(const std::vector<KerasTensor>& tensors, int axis) {
    return operation("numpy.Concatenate", tensors, Config::object({{"axis", axis}}));
}
KerasTensor stack(const std::vector<KerasTensor>& tensors, int axis) {
    return operation("numpy.Stack", tensors, Config::object({{"axis", axis}}));
}

namespace nn {

KerasTensor relu(const KerasTensor& x) {
    return operation("nn.Relu", x);
}
KerasTensor gelu(const KerasTensor& x, bool approximate) {
    return operation("nn.Gelu", x, Config::object({{"approximate", approximate}}));
}
KerasTensor silu(const KerasTensor& x) {
    return operation("nn.Silu", x);
}
KerasTensor softmax(const KerasTensor& x, int axis) {
    return operation("nn.Softmax", x, Config::object({{"axis", axis}}));
}

}  // namespace nn
}  // namespace keratin
