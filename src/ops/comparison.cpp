#include "ops/broadcasting.hpp"
#include "ops/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/half.hpp"

#include <keratin/ops/elementwise.hpp>

#include <algorithm>
#include <cmath>

namespace keratin {
namespace {

using kernels::Compare;
using ops::scalar_like;

/// Calls call(f) with f(a, b) of a comparison.
template <class T, class Call>
void with_comparison(Compare op, const Call& call) {
    switch (op) {
        case Compare::equal:
            return call([](T a, T b) { return a == b; });
        case Compare::not_equal:
            return call([](T a, T b) { return a != b; });
        case Compare::less:
            return call([](T a, T b) { return a < b; });
        case Compare::less_equal:
            return call([](T a, T b) { return a <= b; });
        case Compare::greater:
            return call([](T a, T b) { return a > b; });
        case Compare::greater_equal:
            return call([](T a, T b) { return a >= b; });
        case Compare::count:
            return;
    }
}

Tensor compare(Compare op, const Tensor& a, const Tensor& b, const char* name) {
    ops::require_same_dtype(a, b, name);
    if (is_half(a.dtype())) return compare(op, widened(a), widened(b), name);
    const ops::Pair inputs = ops::pair(a, b, name);
    Tensor y = Tensor::empty(inputs.shape, bool_);
    if (y.size() == 0) return y;
    auto* result = ops::write<uint8_t>(y);
    if (is_floating(a.dtype())) {
        ops::with_floating(a.dtype(), [&]<class T>() {
            kernels::kernels<T>().compare(context(), op, inputs.operand_a<T>(), inputs.operand_b<T>(), result,
                                          inputs.rows, inputs.cols);
        });
    } else {
        ops::with_integer(a.dtype(), [&]<class T>() {  // bool compares as the uint8 it is stored as
            with_comparison<T>(op, [&](const auto& f) { ops::for_each_pair<T>(inputs, result, f); });
        });
    }
    return y;
}

template <class F>
Tensor combine(const Tensor& a, const Tensor& b, const char* name, const F& f) {
    ops::require_bool(a, "the first input", name);
    ops::require_bool(b, "the second input", name);
    const ops::Pair inputs = ops::pair(a, b, name);
    Tensor y = Tensor::empty(inputs.shape, bool_);
    if (y.size() > 0) ops::for_each_pair<bool>(inputs, ops::write<bool>(y), f);
    return y;
}

}  // namespace

Tensor equal(const Tensor& a, const Tensor& b) {
    return compare(Compare::equal, a, b, "equal");
}
Tensor not_equal(const Tensor& a, const Tensor& b) {
    return compare(Compare::not_equal, a, b, "not_equal");
}
Tensor less(const Tensor& a, const Tensor& b) {
    return compare(Compare::less, a, b, "less");
}
Tensor less_equal(const Tensor& a, const Tensor& b) {
    return compare(Compare::less_equal, a, b, "less_equal");
}
Tensor greater(const Tensor& a, const Tensor& b) {
    return compare(Compare::greater, a, b, "greater");
}
Tensor greater_equal(const Tensor& a, const Tensor& b) {
    return compare(Compare::greater_equal, a, b, "greater_equal");
}

Tensor operator==(const Tensor& a, Scalar b) {
    return equal(a, scalar_like(a, b, "equal"));
}
Tensor operator!=(const Tensor& a, Scalar b) {
    return not_equal(a, scalar_like(a, b, "not_equal"));
}
Tensor operator<(const Tensor& a, Scalar b) {
    return less(a, scalar_like(a, b, "less"));
}
Tensor operator<=(const Tensor& a, Scalar b) {
    return less_equal(a, scalar_like(a, b, "less_equal"));
}
Tensor operator>(const Tensor& a, Scalar b) {
    return greater(a, scalar_like(a, b, "greater"));
}
Tensor operator>=(const Tensor& a, Scalar b) {
    return greater_equal(a, scalar_like(a, b, "greater_equal"));
}

Tensor logical_and(const Tensor& a, const Tensor& b) {
    return combine(a, b, "logical_and", [](bool left, bool right) { return left && right; });
}
Tensor logical_or(const Tensor& a, const Tensor& b) {
    return combine(a, b, "logical_or", [](bool left, bool right) { return left || right; });
}

Tensor logical_not(const Tensor& x) {
    ops::require_bool(x, "input", "logical_not");
    Tensor y = Tensor::empty(x.shape(), bool_);
    const std::span<const bool> from = x.data<bool>();
    std::transform(from.begin(), from.end(), ops::write<bool>(y), [](bool value) { return !value; });
    return y;
}

Tensor is_finite(const Tensor& x) {
    ops::require_defined(x, "input", "is_finite");
    if (is_half(x.dtype())) return is_finite(widened(x));
    if (!is_floating(x.dtype())) return full(x.shape(), true, bool_);
    Tensor y = Tensor::empty(x.shape(), bool_);
    ops::with_floating(x.dtype(), [&]<class T>() {
        const std::span<const T> from = x.data<T>();
        std::transform(from.begin(), from.end(), ops::write<bool>(y),
                       [](T value) { return std::isfinite(value); });
    });
    return y;
}

}  // namespace keratin
