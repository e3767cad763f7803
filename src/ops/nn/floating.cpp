#include "ops/nn/floating.hpp"

#include "ops/check.hpp"

namespace keratin::nn {

void require_floating(const Tensor& x, const char* what, const char* op) {
    ops::require_defined(x, what, op);
    if (!is_floating(x.dtype()))
        fail<DTypeError>("{}: {} of shape {} is {}; float32 or float64 is needed, cast() it", op, what,
                         x.shape(), x.dtype());
}

void require_same_floating(const Tensor& a, const char* what_a, const Tensor& b, const char* what_b,
                           const char* op) {
    require_floating(a, what_a, op);
    require_floating(b, what_b, op);
    if (a.dtype() != b.dtype())
        fail<DTypeError>("{}: {} of shape {} is {}, {} of shape {} is {}; cast() one to the other's dtype",
                         op, what_a, a.shape(), a.dtype(), what_b, b.shape(), b.dtype());
}

}  // namespace keratin::nn
