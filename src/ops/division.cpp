#include <keratin/ops/division.hpp>

#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/in_float64.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <cmath>

namespace keratin {
namespace {

/// Of -1 and the lowest number the quotient would not fit: it wraps, as elsewhere.
int64_t whole_quotient(int64_t a, int64_t b) {
    if (b == 0) return 0;
    if (b == -1) return static_cast<int64_t>(-static_cast<uint64_t>(a));
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

int64_t whole_remainder(int64_t a, int64_t b) {
    if (b == 0 || b == -1) return 0;
    const int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

double remainder(double a, double b) {
    const double rest = std::fmod(a, b);
    if (rest != 0) return (rest < 0) != (b < 0) ? rest + b : rest;
    return std::copysign(rest, b);
}

Tensor joined(const char* name, const Tensor& a, const Tensor& b, int64_t (*whole)(int64_t, int64_t),
              double (*floating)(double, double)) {
    const Shape shape = broadcast(a.shape(), b.shape(), name);
    const Tensor left = broadcast_to(a, shape), right = broadcast_to(b, shape);
    return is_floating(a.dtype()) ? ops::joined(left, right, floating) : ops::joined(left, right, whole);
}

void check(const char* name, const Tensor& a, const Tensor& b) {
    ops::require_same_dtype(a, b, name);
    ops::require_numbers(a, name);
}

}  // namespace

Tensor floor_divide(const Tensor& a, const Tensor& b) {
    check("floor_divide", a, b);
    if (is_floating(a.dtype())) return floor(a / b);
    return joined("floor_divide", a, b, whole_quotient, nullptr);
}

Tensor mod(const Tensor& a, const Tensor& b) {
    check("mod", a, b);
    return record("mod", joined("mod", a, b, whole_remainder, remainder),
                  wrt(a, [shape = a.shape()](const Tensor& dy) { return sum_to(dy, shape); }),
                  wrt(b, [a, b](const Tensor& dy) { return sum_to(-dy * floor_divide(a, b), b.shape()); }));
}

}  // namespace keratin
