#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/division.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/trigonometry.hpp>

#include <cmath>

/// Element by element (keras.src.ops.numpy, math).
namespace keratin::operations {
namespace {

/// tf.round(x * 10^decimals) / 10^decimals
Tensor rounded(const Call& call) {
    const Tensor x = call.numeric(0);
    const int64_t decimals = call.integer("decimals");
    if (decimals == 0) return round(x);
    if (!is_floating(x.dtype())) call.wrong("decimals", "integers are rounded to 0 decimals only");
    const double factor = std::pow(10.0, static_cast<double>(decimals));
    return round(x * factor) / factor;
}

Tensor clipped(const Call& call) {
    return clip(call.numeric(0), call.number("x_min"), call.number("x_max"));
}

/// Division by 0 gives 0, and no gradient.
Tensor divide_no_nan(const Tensor& a, const Tensor& b) {
    const Tensor is_zero = b == 0;
    return where(is_zero, zeros_like(b), a / where(is_zero, ones_like(b), b));
}

Tensor logaddexp(const Tensor& a, const Tensor& b) {
    const Tensor apart = a - b;
    const Tensor sum = maximum(a, b) + log1p(exp(-abs(apart)));
    return where(apart != apart, a + b, sum);  // infinities of one sign
}

double largest(DType dtype) {
    switch (dtype) {
        case float16:
            return 65504;
        case bfloat16:
            return 3.3895313892515355e38;
        case float64:
            return 1.7976931348623157e308;
        default:
            return 3.4028234663852886e38;
    }
}

Tensor nan_to_num(const Call& call) {
    const Tensor x = call.tensor(0);
    if (!is_floating(x.dtype())) return x;
    const double most = largest(x.dtype());
    const auto or_else = [&](const char* argument, double otherwise) {
        return call[argument].is_null() ? otherwise : call.number(argument);
    };
    const auto replaced = [](const Tensor& condition, double value, const Tensor& y) {
        return where(condition, Tensor::scalar(value, y.dtype()), y);
    };
    const Tensor y = replaced(x != x, or_else("nan", 0), x);
    const Tensor z = replaced(x == INFINITY, or_else("posinf", most), y);
    return replaced(x == -INFINITY, or_else("neginf", -most), z);
}

const Function functions[] = {
    {"numpy.Add", "x1 x2", "", [](const Call& c) { return c.join(add); }},
    {"numpy.Subtract", "x1 x2", "", [](const Call& c) { return c.join(subtract); }},
    {"numpy.Multiply", "x1 x2", "", [](const Call& c) { return c.join(multiply); }},
    {"numpy.Divide", "x1 x2", "", [](const Call& c) { return c.join_floating(divide); }},
    {"numpy.TrueDivide", "x1 x2", "", [](const Call& c) { return c.join_floating(divide); }},
    {"numpy.DivideNoNan", "x1 x2", "", [](const Call& c) { return c.join_floating(divide_no_nan); }},
    {"numpy.FloorDivide", "x1 x2", "", [](const Call& c) { return c.join(floor_divide); }},
    {"numpy.Mod", "x1 x2", "", [](const Call& c) { return c.join(mod); }},
    {"numpy.Power", "x1 x2", "", [](const Call& c) { return c.join(pow); }},
    {"numpy.Maximum", "x1 x2", "", [](const Call& c) { return c.join(maximum); }},
    {"numpy.Minimum", "x1 x2", "", [](const Call& c) { return c.join(minimum); }},
    {"numpy.Arctan2", "x1 x2", "", [](const Call& c) { return c.join_floating(arctan2); }},
    {"numpy.Logaddexp", "x1 x2", "", [](const Call& c) { return c.join_floating(logaddexp); }},
    {"numpy.Hypot", "x1 x2", "",
     [](const Call& c) {
         return c.join_floating([](const Tensor& a, const Tensor& b) { return sqrt(square(a) + square(b)); });
     }},
    {"numpy.Negative", "x", "", [](const Call& c) { return -c.numeric(0); }},
    {"numpy.Absolute", "x", "", [](const Call& c) { return abs(c.numeric(0)); }},
    {"numpy.Fabs", "x", "", [](const Call& c) { return c.map(abs); }},
    {"numpy.Sign", "x", "", [](const Call& c) { return sign(c.numeric(0)); }},
    {"numpy.Square", "x", "", [](const Call& c) { return square(c.numeric(0)); }},
    {"numpy.Sqrt", "x", "", [](const Call& c) { return c.map(sqrt); }},
    {"math.Rsqrt", "x", "", [](const Call& c) { return c.map(rsqrt); }},
    {"numpy.Cbrt", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return sign(x) * pow(abs(x), 1.0 / 3); }); }},
    {"numpy.Exp", "x", "", [](const Call& c) { return c.map(exp); }},
    {"numpy.Exp2", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return exp(x * std::log(2.0)); }); }},
    {"numpy.Expm1", "x", "", [](const Call& c) { return c.map(expm1); }},
    {"numpy.Log", "x", "", [](const Call& c) { return c.map(log); }},
    {"numpy.Log1p", "x", "", [](const Call& c) { return c.map(log1p); }},
    {"numpy.Log2", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return log(x) / std::log(2.0); }); }},
    {"numpy.Log10", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return log(x) / std::log(10.0); }); }},
    {"numpy.Sin", "x", "", [](const Call& c) { return c.map(sin); }},
    {"numpy.Cos", "x", "", [](const Call& c) { return c.map(cos); }},
    {"numpy.Tan", "x", "", [](const Call& c) { return c.map(tan); }},
    {"numpy.Tanh", "x", "", [](const Call& c) { return c.map(tanh); }},
    {"numpy.Sinh", "x", "", [](const Call& c) { return c.map(sinh); }},
    {"numpy.Cosh", "x", "", [](const Call& c) { return c.map(cosh); }},
    {"numpy.Arcsin", "x", "", [](const Call& c) { return c.map(arcsin); }},
    {"numpy.Arccos", "x", "", [](const Call& c) { return c.map(arccos); }},
    {"numpy.Arctan", "x", "", [](const Call& c) { return c.map(arctan); }},
    {"numpy.Arcsinh", "x", "", [](const Call& c) { return c.map(arcsinh); }},
    {"numpy.Arccosh", "x", "", [](const Call& c) { return c.map(arccosh); }},
    {"numpy.Arctanh", "x", "", [](const Call& c) { return c.map(arctanh); }},
    {"numpy.Deg2rad", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return x * (M_PI / 180); }); }},
    {"numpy.Rad2deg", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return x * (180 / M_PI); }); }},
    {"numpy.Floor", "x", "", [](const Call& c) { return c.map(floor); }},
    {"numpy.Ceil", "x", "", [](const Call& c) { return c.map(ceil); }},
    {"numpy.Trunc", "x", "",
     [](const Call& c) {
         const Tensor x = c.numeric(0);
         return is_floating(x.dtype()) ? sign(x) * floor(abs(x)) : x;
     }},
    {"numpy.Round", "x", R"({"decimals":0})", rounded},
    {"numpy.Reciprocal", "x", "", [](const Call& c) { return c.map(reciprocal); }},
    {"numpy.Clip", "x", R"({"x_min":"!","x_max":"!"})", clipped},
    {"numpy.NanToNum", "x", R"({"nan":0.0,"posinf":null,"neginf":null})", nan_to_num},
    {"math.Erf", "x", "", [](const Call& c) { return c.map(nn::erf); }},
    {"math.Erfc", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return 1 - nn::erf(x); }); }},
};

}  // namespace

std::span<const Function> arithmetic_functions() {
    return functions;
}

}  // namespace keratin::operations
