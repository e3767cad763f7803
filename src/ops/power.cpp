#include "autograd/record.hpp"
#include "ops/binary.hpp"
#include "ops/check.hpp"
#include "ops/dispatch.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin {
namespace {

using ops::scalar_like;

/// Where a is 0 and b as well, a^b is 1 for every b nearby: with 1 in place of a its derivative is the 0 that
/// 0 * 0^-1 is not.
Tensor without_zero_to_zero(const Tensor& a, const Tensor& b) {
    return where(logical_and(a == 0, b == 0), Tensor::scalar(1, a.dtype()), a);
}

/// log(a), and 0 where a is not positive, as TensorFlow has it.
Tensor log_of_positive(const Tensor& a) {
    return log(where(a > 0, a, Tensor::scalar(1, a.dtype())));
}

void require_no_negative(const Tensor& exponents) {
    ops::with_integer(exponents.dtype(), [&]<class T>() {
        const std::span<const T> values = exponents.data<T>();
        const auto negative =
            std::find_if(values.begin(), values.end(), [](T value) { return value < T{0}; });
        if (negative != values.end())
            fail<ValueError>("pow: an integer to the power {} is no integer; cast() to a floating dtype",
                             *negative);
    });
}

}  // namespace

Tensor pow(const Tensor& a, const Tensor& b) {
    ops::require_same_dtype(a, b, "pow");
    ops::require_numbers(a, "pow");
    if (!is_floating(a.dtype())) require_no_negative(b);
    Tensor y = ops::run_binary(kernels::Binary::pow, a, b, "pow");
    return record("pow", y,
                  wrt(a,
                      [a, b](const Tensor& dy) {
                          return sum_to(dy * (b * pow(without_zero_to_zero(a, b), b - 1)), a.shape());
                      }),
                  wrt(b, [a, y, shape = b.shape()](const Tensor& dy) {
                      return sum_to(dy * (result_of(y) * log_of_positive(a)), shape);
                  }));
}

Tensor pow(const Tensor& a, Scalar b) {
    ops::require_numbers(a, "pow");
    const double exponent = b.to<double>();
    // Exact, faster, and with derivatives that end.
    if (exponent == 0)
        return record("pow", ones_like(a), wrt(a, [](const Tensor& dy) { return zeros_like(dy); }));
    if (exponent == 1) return a;
    if (exponent == 2) return square(a);
    if (exponent == 3) return square(a) * a;
    if (exponent == 4) return square(square(a));
    if (!is_floating(a.dtype())) return pow(a, scalar_like(a, b, "pow"));
    if (exponent == 0.5) return sqrt(a);
    if (exponent == -0.5) return rsqrt(a);
    if (exponent == -1) return reciprocal(a);
    return record("pow", ops::run_binary(kernels::Binary::pow, a, scalar_like(a, b, "pow"), "pow"),
                  wrt(a, [a, exponent](const Tensor& dy) { return dy * (exponent * pow(a, exponent - 1)); }));
}

Tensor pow(Scalar a, const Tensor& b) {
    return pow(scalar_like(b, a, "pow"), b);
}

}  // namespace keratin
