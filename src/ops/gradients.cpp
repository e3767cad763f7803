#include "ops/gradients.hpp"

#include "autograd/record.hpp"
#include "ops/dispatch.hpp"
#include "ops/half.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::ops {

Tensor run_gradient(kernels::Binary op, const Tensor& y, const Tensor& dy) {
    if (is_half(y.dtype())) return narrowed(run_gradient(op, widened(y), widened(dy)), y.dtype());
    Tensor dx = Tensor::empty(y.shape(), y.dtype());
    const int64_t n = y.size();
    with_floating(y.dtype(), [&]<class T>() {
        kernels::kernels<T>().binary(context(), op, {read<T>(y), n, 1}, {read<T>(dy), n, 1}, write<T>(dx), 1,
                                     n);
    });
    return dx;
}

Tensor tanh_gradient(const Tensor& y, const Tensor& dy) {
    Tensor dx = run_gradient(kernels::Binary::tanh_gradient, y, dy);
    return record("tanh_gradient", dx, wrt(y, [y, dy](const Tensor& g) { return g * dy * (-2 * y); }),
                  wrt(dy, [y](const Tensor& g) { return tanh_gradient(y, g); }));
}

Tensor sigmoid_gradient(const Tensor& y, const Tensor& dy) {
    Tensor dx = run_gradient(kernels::Binary::sigmoid_gradient, y, dy);
    return record("sigmoid_gradient", dx, wrt(y, [y, dy](const Tensor& g) { return g * dy * (1 - 2 * y); }),
                  wrt(dy, [y](const Tensor& g) { return sigmoid_gradient(y, g); }));
}

}  // namespace keratin::ops
