#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/half.hpp"
#include "ops/strided.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin {
namespace {

Tensor spread(const Tensor& x, const Shape& shape) {
    return x.shape() == shape ? x : ops::repeat(x, shape);
}

template <class T>
void select(const bool* condition, const Tensor& a, const Tensor& b, Tensor& y) {
    const T* from_a = ops::read<T>(a);
    const T* from_b = ops::read<T>(b);
    T* to = ops::write<T>(y);
    for (int64_t i = 0; i < y.size(); ++i) to[i] = condition[i] ? from_a[i] : from_b[i];
}

Tensor run(const Tensor& condition, const Tensor& a, const Tensor& b) {
    ops::require_bool(condition, "condition", "where");
    ops::require_same_dtype(a, b, "where");
    if (is_half(a.dtype())) return narrowed(run(condition, widened(a), widened(b)), a.dtype());
    const Shape shape = broadcast(condition.shape(), broadcast(a.shape(), b.shape(), "where"), "where");
    const Tensor mask = spread(condition, shape);
    const Tensor yes = spread(a, shape);
    const Tensor no = spread(b, shape);
    Tensor y = Tensor::empty(shape, a.dtype());
    if (is_floating(a.dtype()))
        ops::with_floating(a.dtype(), [&]<class T>() {
            kernels::kernels<T>().select(context(), ops::read<uint8_t>(mask), ops::read<T>(yes),
                                         ops::read<T>(no), ops::write<T>(y), y.size());
        });
    else
        ops::with_integer(a.dtype(), [&]<class T>() { select<T>(ops::read<bool>(mask), yes, no, y); });
    return y;
}

}  // namespace

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
    return record("where", run(condition, a, b),
                  wrt(a,
                      [condition, shape = a.shape()](const Tensor& dy) {
                          return sum_to(where(condition, dy, Tensor::scalar(0, dy.dtype())), shape);
                      }),
                  wrt(b, [condition, shape = b.shape()](const Tensor& dy) {
                      return sum_to(where(condition, Tensor::scalar(0, dy.dtype()), dy), shape);
                  }));
}

}  // namespace keratin
