#include "autograd/record.hpp"
#include "ops/binary.hpp"
#include "ops/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/half.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin {
namespace {

using kernels::Binary;
using ops::run_binary;
using ops::scalar_like;

Tensor scale_and_shift(const Tensor& x, Scalar scale, Scalar offset, const char* op) {
    ops::require_numbers(x, op);
    if (!is_floating(x.dtype()))
        return run_binary(Binary::add, run_binary(Binary::multiply, x, scalar_like(x, scale, op), op),
                          scalar_like(x, offset, op), op);
    if (is_half(x.dtype()))
        return ops::in_float32(x,
                               [&](const Tensor& wide) { return scale_and_shift(wide, scale, offset, op); });
    Tensor y = Tensor::empty(x.shape(), x.dtype());
    ops::with_floating(x.dtype(), [&]<class T>() {
        kernels::kernels<T>().affine(context(), scale.to<T>(), offset.to<T>(), ops::read<T>(x),
                                     ops::write<T>(y), x.size());
    });
    return record(op, y, wrt(x, [scale, op](const Tensor& dy) { return scale_and_shift(dy, scale, 0, op); }));
}

/// dy where the mask holds and 0 elsewhere, or the other way round.
Tensor keep(const Tensor& mask, const Tensor& dy) {
    return where(mask, dy, Tensor::scalar(0, dy.dtype()));
}
Tensor drop(const Tensor& mask, const Tensor& dy) {
    return where(mask, Tensor::scalar(0, dy.dtype()), dy);
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
    return record("add", run_binary(Binary::add, a, b, "add"),
                  wrt(a, [shape = a.shape()](const Tensor& dy) { return sum_to(dy, shape); }),
                  wrt(b, [shape = b.shape()](const Tensor& dy) { return sum_to(dy, shape); }));
}

Tensor subtract(const Tensor& a, const Tensor& b) {
    return record("subtract", run_binary(Binary::subtract, a, b, "subtract"),
                  wrt(a, [shape = a.shape()](const Tensor& dy) { return sum_to(dy, shape); }),
                  wrt(b, [shape = b.shape()](const Tensor& dy) { return -sum_to(dy, shape); }));
}

Tensor multiply(const Tensor& a, const Tensor& b) {
    return record("multiply", run_binary(Binary::multiply, a, b, "multiply"),
                  wrt(a, [b, shape = a.shape()](const Tensor& dy) { return sum_to(dy * b, shape); }),
                  wrt(b, [a, shape = b.shape()](const Tensor& dy) { return sum_to(dy * a, shape); }));
}

Tensor divide(const Tensor& a, const Tensor& b) {
    ops::require_same_dtype(a, b, "divide");
    ops::require_floating(a, "divide");
    Tensor y = run_binary(Binary::divide, a, b, "divide");
    return record("divide", y,
                  wrt(a, [b, shape = a.shape()](const Tensor& dy) { return sum_to(dy / b, shape); }),
                  wrt(b, [b, y](const Tensor& dy) { return -sum_to(dy * result_of(y) / b, b.shape()); }));
}

Tensor maximum(const Tensor& a, const Tensor& b) {
    return record("maximum", run_binary(Binary::maximum, a, b, "maximum"),
                  wrt(a, [a, b](const Tensor& dy) { return sum_to(keep(a >= b, dy), a.shape()); }),
                  wrt(b, [a, b](const Tensor& dy) { return sum_to(drop(a >= b, dy), b.shape()); }));
}

Tensor minimum(const Tensor& a, const Tensor& b) {
    return record("minimum", run_binary(Binary::minimum, a, b, "minimum"),
                  wrt(a, [a, b](const Tensor& dy) { return sum_to(keep(a <= b, dy), a.shape()); }),
                  wrt(b, [a, b](const Tensor& dy) { return sum_to(drop(a <= b, dy), b.shape()); }));
}

Tensor add(const Tensor& a, Scalar b) {
    return scale_and_shift(a, 1, b, "add");
}
Tensor multiply(const Tensor& a, Scalar b) {
    return scale_and_shift(a, b, 0, "multiply");
}
Tensor maximum(const Tensor& a, Scalar b) {
    return maximum(a, scalar_like(a, b, "maximum"));
}
Tensor minimum(const Tensor& a, Scalar b) {
    return minimum(a, scalar_like(a, b, "minimum"));
}
Tensor affine(const Tensor& x, Scalar scale, Scalar offset) {
    return scale_and_shift(x, scale, offset, "affine");
}

Tensor operator-(const Tensor& a, Scalar b) {
    return subtract(a, scalar_like(a, b, "subtract"));
}
Tensor operator-(Scalar a, const Tensor& b) {
    return subtract(scalar_like(b, a, "subtract"), b);
}
Tensor operator/(const Tensor& a, Scalar b) {
    return divide(a, scalar_like(a, b, "divide"));
}
Tensor operator/(Scalar a, const Tensor& b) {
    return divide(scalar_like(b, a, "divide"), b);
}

}  // namespace keratin
