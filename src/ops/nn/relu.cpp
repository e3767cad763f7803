#include "ops/nn/relu.hpp"

#include "autograd/record.hpp"
#include "ops/gradients.hpp"
#include "ops/half.hpp"
#include "ops/nn/floating.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

#include <cmath>

namespace keratin::nn {
namespace {

Tensor run_relu(const Tensor& x) {
    if (is_half(x.dtype())) return narrowed(run_relu(widened(x)), x.dtype());
    Tensor y = Tensor::empty(x.shape(), x.dtype());
    ops::with_floating(x.dtype(), [&]<class T>() {
        kernels::kernels<T>().unary(context(), kernels::Unary::relu, ops::read<T>(x), ops::write<T>(y),
                                    x.size());
    });
    return y;
}

}  // namespace

// Of y only the side of 0 matters, so no gradient flows into it.
Tensor relu_gradient(const Tensor& y, const Tensor& dy) {
    Tensor dx = ops::run_gradient(kernels::Binary::relu_gradient, y, dy);
    return record("relu_gradient", dx, wrt(dy, [y](const Tensor& g) { return relu_gradient(y, g); }));
}

Tensor relu(const Tensor& x) {
    require_floating(x, "input", "relu");
    Tensor y = run_relu(x);
    return record("relu", y, wrt(x, [y](const Tensor& dy) { return relu_gradient(y, dy); }));
}

Tensor relu6(const Tensor& x) {
    require_floating(x, "input", "relu6");
    Tensor y = [&] {
        NoGradient pause;
        return clip(x, 0, 6);
    }();
    return record("relu6", y, wrt(x, [y](const Tensor& dy) {
                      return where(logical_and(y > 0, y < 6), dy, Tensor::scalar(0, dy.dtype()));
                  }));
}

Tensor relu(const Tensor& x, const ReluOptions& options) {
    const auto [negative_slope, max_value, threshold] = options;
    const bool limited = max_value >= 0;
    if (std::isnan(negative_slope) || std::isnan(max_value) || std::isnan(threshold))
        fail<ValueError>("relu: negative_slope {}, max_value {}, threshold {} must be numbers",
                         negative_slope, max_value, threshold);
    if (threshold == 0 && negative_slope == 0 && !limited) return relu(x);
    if (threshold == 0 && negative_slope == 0 && max_value == 6) return relu6(x);
    if (threshold == 0 && !limited) return leaky_relu(x, negative_slope);
    require_floating(x, "input", "relu");
    const Tensor above = limited ? minimum(x, max_value) : x;
    // By way of relu, as its slope at the threshold is then Keras's: 0, though a leaky relu's is not.
    const Tensor below =
        negative_slope == 0 ? Tensor::scalar(0, x.dtype()) : relu(affine(x, -1, threshold)) * -negative_slope;
    return where(x > threshold, above, below);
}

}  // namespace keratin::nn
