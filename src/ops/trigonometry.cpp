#include <keratin/ops/trigonometry.hpp>

#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/in_float64.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <cmath>

namespace keratin {
namespace {

using Derivative = Tensor (*)(const Tensor& x);

Tensor mapped(const char* name, const Tensor& x, double (*f)(double), Derivative derivative) {
    ops::require_floating(x, name);
    return record(name, ops::mapped(x, f),
                  wrt(x, [x, derivative](const Tensor& dy) { return dy * derivative(x); }));
}

}  // namespace

Tensor tan(const Tensor& x) {
    return mapped("tan", x, std::tan, [](const Tensor& t) { return 1 + square(tan(t)); });
}
Tensor arcsin(const Tensor& x) {
    return mapped("arcsin", x, std::asin, [](const Tensor& t) { return rsqrt(1 - square(t)); });
}
Tensor arccos(const Tensor& x) {
    return mapped("arccos", x, std::acos, [](const Tensor& t) { return -rsqrt(1 - square(t)); });
}
Tensor arctan(const Tensor& x) {
    return mapped("arctan", x, std::atan, [](const Tensor& t) { return reciprocal(1 + square(t)); });
}
Tensor sinh(const Tensor& x) {
    return mapped("sinh", x, std::sinh, cosh);
}
Tensor cosh(const Tensor& x) {
    return mapped("cosh", x, std::cosh, sinh);
}
Tensor arcsinh(const Tensor& x) {
    return mapped("arcsinh", x, std::asinh, [](const Tensor& t) { return rsqrt(1 + square(t)); });
}
Tensor arccosh(const Tensor& x) {
    return mapped("arccosh", x, std::acosh, [](const Tensor& t) { return rsqrt(square(t) - 1); });
}
Tensor arctanh(const Tensor& x) {
    return mapped("arctanh", x, std::atanh, [](const Tensor& t) { return reciprocal(1 - square(t)); });
}

Tensor arctan2(const Tensor& a, const Tensor& b) {
    ops::require_same_dtype(a, b, "arctan2");
    ops::require_floating(a, "arctan2");
    const Shape shape = broadcast(a.shape(), b.shape(), "arctan2");
    double (*const angle)(double, double) = std::atan2;
    Tensor y = ops::joined(broadcast_to(a, shape), broadcast_to(b, shape), angle);
    return record(
        "arctan2", y,
        wrt(a, [a, b](const Tensor& dy) { return sum_to(dy * b / (square(a) + square(b)), a.shape()); }),
        wrt(b, [a, b](const Tensor& dy) { return sum_to(-dy * a / (square(a) + square(b)), b.shape()); }));
}

}  // namespace keratin
