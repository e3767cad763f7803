#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/gradients.hpp"
#include "ops/half.hpp"
#include "ops/integers.hpp"

#include <keratin/ops/elementwise.hpp>

#include <algorithm>

namespace keratin {
namespace {

using kernels::Unary;

Tensor run(Unary op, const Tensor& x, const char* name) {
    ops::require_floating(x, name);
    if (is_half(x.dtype())) return narrowed(run(op, widened(x), name), x.dtype());
    Tensor y = Tensor::empty(x.shape(), x.dtype());
    ops::with_floating(x.dtype(), [&]<class T>() {
        kernels::kernels<T>().unary(context(), op, ops::read<T>(x), ops::write<T>(y), x.size());
    });
    return y;
}

/// For what integers have as well: f says it for one of them.
template <class F>
Tensor run(Unary op, const Tensor& x, const char* name, const F& f) {
    ops::require_numbers(x, name);
    if (is_floating(x.dtype())) return run(op, x, name);
    Tensor y = Tensor::empty(x.shape(), x.dtype());
    ops::with_integer(x.dtype(), [&]<class T>() {
        const T* from = ops::read<T>(x);
        std::transform(from, from + x.size(), ops::write<T>(y), f);
    });
    return y;
}

/// Rounding: nothing to do for integers, no gradient in any dtype.
Tensor run_rounding(Unary op, const Tensor& x, const char* name) {
    ops::require_numbers(x, name);
    return is_floating(x.dtype()) ? run(op, x, name) : x;
}

template <class T>
T negative(T x) {
    return ops::wrap<T>(-static_cast<uint64_t>(x));
}

}  // namespace

Tensor operator-(const Tensor& x) {
    return record("negative", run(Unary::negative, x, "negative", [](auto v) { return negative(v); }),
                  wrt(x, [](const Tensor& dy) { return -dy; }));
}

Tensor square(const Tensor& x) {
    const auto times_itself = []<class T>(T v) {
        return ops::wrap<T>(static_cast<uint64_t>(v) * static_cast<uint64_t>(v));
    };
    return record("square", run(Unary::square, x, "square", times_itself),
                  wrt(x, [x](const Tensor& dy) { return dy * (2 * x); }));
}

Tensor abs(const Tensor& x) {
    return record("abs", run(Unary::abs, x, "abs", [](auto v) { return v < 0 ? negative(v) : v; }),
                  wrt(x, [x](const Tensor& dy) { return dy * sign(x); }));
}

Tensor sign(const Tensor& x) {
    const auto side_of_zero = []<class T>(T v) { return static_cast<T>((v > 0) - (v < 0)); };
    return record("sign", run(Unary::sign, x, "sign", side_of_zero),
                  wrt(x, [](const Tensor& dy) { return zeros_like(dy); }));
}

Tensor exp(const Tensor& x) {
    Tensor y = run(Unary::exp, x, "exp");
    return record("exp", y, wrt(x, [y](const Tensor& dy) { return dy * result_of(y); }));
}

Tensor expm1(const Tensor& x) {
    Tensor y = run(Unary::expm1, x, "expm1");
    return record("expm1", y, wrt(x, [y](const Tensor& dy) { return dy * (result_of(y) + 1); }));
}

Tensor log(const Tensor& x) {
    return record("log", run(Unary::log, x, "log"), wrt(x, [x](const Tensor& dy) { return dy / x; }));
}

Tensor log1p(const Tensor& x) {
    return record("log1p", run(Unary::log1p, x, "log1p"),
                  wrt(x, [x](const Tensor& dy) { return dy / (x + 1); }));
}

Tensor sqrt(const Tensor& x) {
    Tensor y = run(Unary::sqrt, x, "sqrt");
    return record("sqrt", y, wrt(x, [y](const Tensor& dy) { return dy * 0.5 / result_of(y); }));
}

Tensor rsqrt(const Tensor& x) {
    Tensor y = run(Unary::rsqrt, x, "rsqrt");
    return record("rsqrt", y, wrt(x, [y](const Tensor& dy) { return dy * (-0.5 * pow(result_of(y), 3)); }));
}

Tensor reciprocal(const Tensor& x) {
    Tensor y = run(Unary::reciprocal, x, "reciprocal");
    return record("reciprocal", y, wrt(x, [y](const Tensor& dy) { return -dy * square(result_of(y)); }));
}

Tensor tanh(const Tensor& x) {
    Tensor y = run(Unary::tanh, x, "tanh");
    return record("tanh", y, wrt(x, [y](const Tensor& dy) { return ops::tanh_gradient(result_of(y), dy); }));
}

Tensor sigmoid(const Tensor& x) {
    Tensor y = run(Unary::sigmoid, x, "sigmoid");
    return record("sigmoid", y,
                  wrt(x, [y](const Tensor& dy) { return ops::sigmoid_gradient(result_of(y), dy); }));
}

Tensor sin(const Tensor& x) {
    return record("sin", run(Unary::sin, x, "sin"), wrt(x, [x](const Tensor& dy) { return dy * cos(x); }));
}

Tensor cos(const Tensor& x) {
    return record("cos", run(Unary::cos, x, "cos"), wrt(x, [x](const Tensor& dy) { return -dy * sin(x); }));
}

Tensor floor(const Tensor& x) {
    return run_rounding(Unary::floor, x, "floor");
}
Tensor ceil(const Tensor& x) {
    return run_rounding(Unary::ceil, x, "ceil");
}
Tensor round(const Tensor& x) {
    return run_rounding(Unary::round, x, "round");
}

}  // namespace keratin
