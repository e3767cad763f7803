#include <keratin/ops/nn/activation.hpp>

#include "autograd/record.hpp"
#include "ops/half.hpp"
#include "ops/nn/floating.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>

#include <cmath>
#include <numbers>

namespace keratin::nn {

Tensor leaky_relu(const Tensor& x, double negative_slope) {
    require_floating(x, "input", "leaky_relu");
    return where(x > 0, x, x * negative_slope);
}

Tensor elu(const Tensor& x, double alpha) {
    require_floating(x, "input", "elu");
    return where(x > 0, x, alpha * expm1(minimum(x, 0)));
}

Tensor selu(const Tensor& x) {
    require_floating(x, "input", "selu");
    constexpr double alpha = 1.6732632423543772848170429916717;
    constexpr double scale = 1.0507009873554804934193349852946;
    // At 0 it is the right slope that Keras takes.
    return where(x >= 0, scale * x, (scale * alpha) * expm1(minimum(x, 0)));
}

Tensor gelu(const Tensor& x, bool approximate) {
    require_floating(x, "input", "gelu");
    constexpr double sqrt2 = std::numbers::sqrt2;
    if (!approximate) return 0.5 * x * (1 + erf(x * (1 / sqrt2)));
    constexpr double slope = sqrt2 * std::numbers::inv_sqrtpi;
    return 0.5 * x * (1 + tanh(slope * (x + 0.044715 * x * square(x))));
}

Tensor silu(const Tensor& x) {
    require_floating(x, "input", "silu");
    return x * sigmoid(x);
}

Tensor hard_sigmoid(const Tensor& x) {
    require_floating(x, "input", "hard_sigmoid");
    return relu6(x + 3) * (1.0 / 6);
}

Tensor hard_silu(const Tensor& x) {
    return x * hard_sigmoid(x);
}

Tensor softplus(const Tensor& x) {
    require_floating(x, "input", "softplus");
    // Differentiated as a whole: its pieces have kinks at 0, their sum has none.
    Tensor y = [&] {
        NoGradient pause;
        return maximum(x, 0) + log1p(exp(-abs(x)));
    }();
    return record("softplus", y, wrt(x, [x](const Tensor& dy) { return dy * sigmoid(x); }));
}

Tensor softsign(const Tensor& x) {
    require_floating(x, "input", "softsign");
    return x / (1 + abs(x));
}

Tensor mish(const Tensor& x) {
    return x * tanh(softplus(x));
}

Tensor log_sigmoid(const Tensor& x) {
    require_floating(x, "input", "log_sigmoid");
    return -softplus(-x);
}

Tensor erf(const Tensor& x) {
    require_floating(x, "input", "erf");
    if (is_half(x.dtype())) return ops::in_float32(x, erf);
    Tensor y = Tensor::empty(x.shape(), x.dtype());
    ops::with_floating(x.dtype(), [&]<class T>() {
        const T* from = ops::read<T>(x);
        T* to = ops::write<T>(y);
        constexpr int64_t operations = 40;
        ops::for_ranges(x.size(), operations * x.size(), [=](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) to[i] = std::erf(from[i]);
        });
    });
    return record("erf", y, wrt(x, [x](const Tensor& dy) {
                      constexpr double slope = 2 * std::numbers::inv_sqrtpi;
                      return dy * (slope * exp(-square(x)));
                  }));
}

}  // namespace keratin::nn
