#include "ops/reduction.hpp"

#include "core/short_list.hpp"
#include "ops/dispatch.hpp"
#include "ops/half.hpp"
#include "ops/integers.hpp"

#include <algorithm>
#include <limits>

namespace keratin::ops {
namespace {

template <class T>
T neutral(kernels::Reduce op) {
    switch (op) {
        case kernels::Reduce::max:
            return std::numeric_limits<T>::min();
        case kernels::Reduce::min:
            return std::numeric_limits<T>::max();
        default:
            return 0;
    }
}

template <class T>
T combine(kernels::Reduce op, T a, T b) {
    switch (op) {
        case kernels::Reduce::max:
            return a > b ? a : b;
        case kernels::Reduce::min:
            return a < b ? a : b;
        default:
            return wrap<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
    }
}

/// Lines side by side, so that memory is read in order.
template <class T>
void reduce_integers(kernels::Reduce op, const T* x, T* y, const Line& line) {
    for (int64_t o = 0; o < line.outer; ++o, y += line.inner) {
        std::fill_n(y, line.inner, neutral<T>(op));
        for (int64_t k = 0; k < line.n; ++k, x += line.inner)
            for (int64_t i = 0; i < line.inner; ++i) y[i] = combine(op, y[i], x[i]);
    }
}

/// The axes [first, last), which are neighbours.
Tensor reduce_run(kernels::Reduce op, const Tensor& x, int first, int last) {
    const Shape& shape = x.shape();
    AxisSet axes;
    for (int axis = first; axis < last; ++axis) axes.set(static_cast<size_t>(axis));
    const Line whole{shape.slice(0, first).size(), shape.slice(first, last).size(),
                     shape.slice(last, shape.rank()).size()};
    Tensor y = Tensor::empty(keep_dims(shape, axes), x.dtype());
    if (y.size() == 0) return y;
    if (is_floating(x.dtype()))
        with_floating(x.dtype(), [&]<class T>() {
            kernels::kernels<T>().reduce(context(), op, read<T>(x), write<T>(y), whole.outer, whole.n,
                                         whole.inner);
        });
    else
        with_integer(x.dtype(), [&]<class T>() { reduce_integers(op, read<T>(x), write<T>(y), whole); });
    return y;
}

}  // namespace

Line line(const Shape& shape, int axis) {
    return {shape.slice(0, axis).size(), shape[axis], shape.slice(axis + 1, shape.rank()).size()};
}

Shape keep_dims(const Shape& shape, const AxisSet& axes) {
    ShortList<int64_t> extents(shape.extents());
    for (size_t axis = 0; axis < extents.size(); ++axis)
        if (axes[axis]) extents[axis] = 1;
    return Shape(std::span<const int64_t>(extents));
}

Shape drop_dims(const Shape& shape, const AxisSet& axes) {
    ShortList<int64_t> extents;
    for (int axis = 0; axis < shape.rank(); ++axis)
        if (!axes[static_cast<size_t>(axis)]) extents.push_back(shape[axis]);
    return Shape(std::span<const int64_t>(extents));
}

// Axes apart from each other are reduced one run of neighbours after the other, the last one first: an axis
// of extent 1 between two of them makes no difference.
Tensor run_reduce(kernels::Reduce op, const Tensor& x, const AxisSet& axes) {
    if (is_half(x.dtype())) return narrowed(run_reduce(op, widened(x), axes), x.dtype());
    const auto reduced = [&](int axis) { return axes[static_cast<size_t>(axis)]; };
    Tensor y = x.view(x.shape());
    for (int last = x.rank(); last > 0;) {
        if (!reduced(last - 1)) {
            --last;
            continue;
        }
        int first = last - 1;
        while (first > 0 && (reduced(first - 1) || x.shape()[first - 1] == 1)) --first;
        y = reduce_run(op, y, first, last);
        last = first;
    }
    return y;
}

}  // namespace keratin::ops
