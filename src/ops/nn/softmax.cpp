#include "ops/nn/softmax.hpp"

#include "autograd/record.hpp"
#include "ops/half.hpp"
#include "ops/nn/floating.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <numeric>
#include <utility>
#include <vector>

namespace keratin::nn {
namespace {

Tensor sum_last(const Tensor& x) {
    return reduce_sum(x, -1, true);
}

/// call(table, x, y, rows, cols) from x's elements to those of a new tensor; nothing to do where cols is 0.
template <class Call>
Tensor by_rows(const Tensor& x, const Call& call) {
    if (is_half(x.dtype())) return narrowed(by_rows(widened(x), call), x.dtype());
    Tensor y = Tensor::empty(x.shape(), x.dtype());
    if (x.size() == 0) return y;
    ops::with_floating(x.dtype(), [&]<class T>() {
        call(kernels::kernels<T>(), ops::read<T>(x), ops::write<T>(y), rows_of(x.shape()), x.shape().back());
    });
    return y;
}

Tensor softmax_last(const Tensor& x) {
    Tensor y = by_rows(x, [](const auto& table, const auto* from, auto* to, int64_t rows, int64_t cols) {
        table.softmax(context(), from, to, rows, cols);
    });
    return record("softmax", y, wrt(x, [y](const Tensor& dy) { return softmax_gradient(result_of(y), dy); }));
}

Tensor log_softmax_last(const Tensor& x) {
    Tensor y = by_rows(x, [](const auto& table, const auto* from, auto* to, int64_t rows, int64_t cols) {
        table.log_softmax(context(), from, to, rows, cols);
    });
    return record("log_softmax", y,
                  wrt(x, [y](const Tensor& dy) { return log_softmax_gradient(result_of(y), dy); }));
}

/// f works along the last axis; swaps another one there and back.
template <class F>
Tensor along(const Tensor& x, int axis, const char* op, F f) {
    require_floating(x, "input", op);
    if (x.rank() == 0)
        fail<ShapeError>("{}: input is a scalar; an axis to sum over is needed, use reshape()", op);
    axis = x.shape().normalize_axis(axis, op);
    if (axis == x.rank() - 1) return f(x);
    std::vector<int> swapped(static_cast<size_t>(x.rank()));
    std::iota(swapped.begin(), swapped.end(), 0);
    std::swap(swapped[static_cast<size_t>(axis)], swapped.back());
    return transpose(f(transpose(x, swapped)), swapped);
}

}  // namespace

Tensor softmax_gradient(const Tensor& y, const Tensor& dy) {
    const Tensor arriving = ops::computable(dy);
    Tensor dx = by_rows(y, [&]<class T>(const auto& table, const T* from, T* to, int64_t rows, int64_t cols) {
        table.softmax_gradient(context(), from, ops::read<T>(arriving), to, rows, cols);
    });
    return record(
        "softmax_gradient", dx,
        wrt(y, [y, dy](const Tensor& g) { return g * (dy - sum_last(y * dy)) - dy * sum_last(y * g); }),
        wrt(dy, [y](const Tensor& g) { return softmax_gradient(y, g); }));
}

Tensor log_softmax_gradient(const Tensor& y, const Tensor& dy) {
    const Tensor arriving = ops::computable(dy);
    Tensor dx = by_rows(y, [&]<class T>(const auto& table, const T* from, T* to, int64_t rows, int64_t cols) {
        table.log_softmax_gradient(context(), from, ops::read<T>(arriving), to, rows, cols);
    });
    return record("log_softmax_gradient", dx,
                  wrt(y, [y, dy](const Tensor& g) { return -(g * exp(y) * sum_last(dy)); }),
                  wrt(dy, [y](const Tensor& g) { return g - sum_last(g * exp(y)); }));
}

Tensor softmax(const Tensor& x, int axis) {
    return along(x, axis, "softmax", softmax_last);
}

Tensor log_softmax(const Tensor& x, int axis) {
    return along(x, axis, "log_softmax", log_softmax_last);
}

}  // namespace keratin::nn
