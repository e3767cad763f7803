#include "ops/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/half.hpp"
#include "ops/reduction.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

namespace keratin {
namespace {

template <class T, class Better>
void find_first(const Tensor& x, int64_t* y, const ops::Line& line, const Better& better) {
    const T* from = ops::read<T>(x);
    for (int64_t o = 0; o < line.outer; ++o, from += line.n * line.inner) {
        for (int64_t i = 0; i < line.inner; ++i) {
            int64_t best = 0;
            for (int64_t k = 1; k < line.n; ++k)
                if (better(from[k * line.inner + i], from[best * line.inner + i])) best = k;
            *y++ = best;
        }
    }
}

Tensor run(const Tensor& x, int axis, bool largest, const char* op) {
    ops::require_defined(x, "input", op);
    if (is_half(x.dtype())) return run(widened(x), axis, largest, op);
    const int place = x.shape().normalize_axis(axis, op);
    if (x.shape()[place] == 0)
        fail<ValueError>("{}: axis {} of shape {} is empty; at least one element is needed", op, axis,
                         x.shape());
    Tensor y = Tensor::empty(x.shape().slice(0, place) + x.shape().slice(place + 1, x.rank()), int64);
    if (y.size() == 0) return y;
    const ops::Line line = ops::line(x.shape(), place);
    auto* to = ops::write<int64_t>(y);
    if (is_floating(x.dtype())) {
        const Tensor searched = largest ? x : -x;
        ops::with_floating(x.dtype(), [&]<class T>() {
            kernels::kernels<T>().argmax(context(), ops::read<T>(searched), to, line.outer, line.n,
                                         line.inner);
        });
    } else {
        ops::with_integer(x.dtype(), [&]<class T>() {
            find_first<T>(x, to, line, [largest](T a, T b) { return largest ? a > b : a < b; });
        });
    }
    return y;
}

}  // namespace

Tensor argmax(const Tensor& x, int axis) {
    return run(x, axis, true, "argmax");
}

Tensor argmin(const Tensor& x, int axis) {
    return run(stop_gradient(x), axis, false, "argmin");
}

}  // namespace keratin
