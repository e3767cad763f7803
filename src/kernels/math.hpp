#pragma once

#include "kernels/simd.hpp"

/// Transcendental functions of a register. For float they are polynomials, at most 3 ulp off and exact at
/// infinities, zeros and NaN; double asks the C library, lane by lane.
namespace keratin::kernels::KERATIN_ISA {

using Float = Vec<float>;

KERATIN_INLINE Float constant(float value) {
    return Float::broadcast(value);
}

/// To the nearest whole number, halves to even: adding 2^(mantissa bits) leaves no room for a fraction.
template <class T>
KERATIN_INLINE Vec<T> round(Vec<T> x) {
    const Vec<T> size = abs(x), bound = Vec<T>::broadcast(sizeof(T) == 4 ? T(8388608) : T(4503599627370496));
    const Vec<T> rounded = with_sign((size + bound) - bound, x);
    return select(size < bound, rounded, x);
}
template <class T>
KERATIN_INLINE Vec<T> floor(Vec<T> x) {
    const Vec<T> nearest = round(x);
    return with_sign(abs(select(nearest > x, nearest - Vec<T>::broadcast(1), nearest)), x);
}
template <class T>
KERATIN_INLINE Vec<T> ceil(Vec<T> x) {
    const Vec<T> nearest = round(x);
    return with_sign(abs(select(nearest < x, nearest + Vec<T>::broadcast(1), nearest)), x);
}

/// x = n * ln(2) + rest, with whole n and |rest| <= ln(2) / 2. The first part of ln(2) has few bits, so that
/// its product with n is exact.
struct Reduced {
    Float n, rest;
};
KERATIN_INLINE Reduced reduce_by_log2(Float x) {
    const Float magic = constant(12582912.0f);
    const Float n = fmadd(x, constant(1.44269504088896341f), magic) - magic;
    const Float rest = fmadd(n, constant(-0.693359375f), x);
    return {n, fmadd(n, constant(2.12194440e-4f), rest)};
}

/// (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2 (Cephes).
KERATIN_INLINE Float exp_tail(Float r) {
    Float p = constant(1.9875691500e-4f);
    p = fmadd(p, r, constant(1.3981999507e-3f));
    p = fmadd(p, r, constant(8.3334519073e-3f));
    p = fmadd(p, r, constant(4.1665795894e-2f));
    p = fmadd(p, r, constant(1.6666665459e-1f));
    return fmadd(p, r, constant(5.0000001201e-1f));
}

KERATIN_INLINE Float exp(Float x) {
    const Reduced part = reduce_by_log2(min(constant(89.0f), max(constant(-104.0f), x)));
    const Float r = part.rest, one = constant(1.0f);
    const Float p = fmadd(exp_tail(r), r * r, r) + one;
    // 2^n in two factors: n reaches from the denormal numbers to beyond the largest one.
    const Float magic = constant(12582912.0f);
    const Float half = (part.n * constant(0.5f) + magic) - magic;
    return p * power_of_two(half) * power_of_two(part.n - half);
}

KERATIN_INLINE Float expm1(Float x) {
    const Reduced part = reduce_by_log2(min(constant(89.0f), max(constant(-20.0f), x)));
    const Float r = part.rest, one = constant(1.0f), top = constant(127.0f);
    const Float p = fmadd(exp_tail(r), r * r, r);
    const Float n = min(part.n, top);
    const Float scale = power_of_two(n);
    const Float y = fmadd(scale, p, scale - one) * (one + (part.n - n));
    return with_sign(y, x);
}

/// (log(1 + f) - f + f^2 / 2) / f^3 for 1 + f in [sqrt(1/2), sqrt(2)] (Cephes).
KERATIN_INLINE Float log_tail(Float f) {
    Float p = constant(7.0376836292e-2f);
    p = fmadd(p, f, constant(-1.1514610310e-1f));
    p = fmadd(p, f, constant(1.1676998740e-1f));
    p = fmadd(p, f, constant(-1.2420140846e-1f));
    p = fmadd(p, f, constant(1.4249322787e-1f));
    p = fmadd(p, f, constant(-1.6668057665e-1f));
    p = fmadd(p, f, constant(2.0000714765e-1f));
    p = fmadd(p, f, constant(-2.4999993993e-1f));
    return fmadd(p, f, constant(3.3333331174e-1f));
}

KERATIN_INLINE Float log(Float x) {
    const Float zero = Float::zero(), infinity = constant(__builtin_inff());
    const Mask<float> tiny = x < constant(1.17549435e-38f);
    const Split parts = split(select(tiny, x * constant(8388608.0f), x));
    const Float e = parts.exponent - select(tiny, constant(23.0f), zero);
    const Float f = parts.mantissa - constant(1.0f), square = f * f;
    Float y = log_tail(f) * f * square;
    y = fmadd(e, constant(-2.12194440e-4f), y);
    y = fmadd(square, constant(-0.5f), y);
    y = fmadd(e, constant(0.693359375f), f + y);
    y = select(x < infinity, y, x);
    y = select(x == zero, constant(-__builtin_inff()), y);
    return select(x < zero, constant(__builtin_nanf("")), y);
}

/// log(u) with u = 1 + x rounded, times x / (u - 1), which mends the rounding (Kahan).
KERATIN_INLINE Float log1p(Float x) {
    const Float one = constant(1.0f);
    const Float u = one + x, base = u - one;
    const Float y = log(u) * (x / base);
    return select((u == one) | (x == constant(__builtin_inff())), x, y);
}

KERATIN_INLINE Float tanh(Float x) {
    const Float two = constant(2.0f), size = min(constant(10.0f), abs(x));
    const Float t = expm1(size * two);
    return with_sign(t / (t + two), x);
}

/// exp(min(x, 0)) / (1 + exp(-|x|)): no intermediate overflows.
KERATIN_INLINE Float sigmoid(Float x) {
    const Float one = constant(1.0f);
    const Float z = exp(negate(abs(x)));
    return select(x < Float::zero(), z, one) / (one + z);
}

template <class T, class Function>
KERATIN_INLINE Vec<T> by_lane(Vec<T> x, const Function& f) {
    T lanes[Vec<T>::width];
    x.store(lanes);
    for (T& lane : lanes) lane = f(lane);
    return Vec<T>::load(lanes);
}

using Double = Vec<double>;

KERATIN_INLINE Double exp(Double x) {
    return by_lane(x, [](double v) { return __builtin_exp(v); });
}
KERATIN_INLINE Double expm1(Double x) {
    return by_lane(x, [](double v) { return __builtin_expm1(v); });
}
KERATIN_INLINE Double log(Double x) {
    return by_lane(x, [](double v) { return __builtin_log(v); });
}
KERATIN_INLINE Double log1p(Double x) {
    return by_lane(x, [](double v) { return __builtin_log1p(v); });
}
KERATIN_INLINE Double tanh(Double x) {
    return by_lane(x, [](double v) { return __builtin_tanh(v); });
}
KERATIN_INLINE Double sigmoid(Double x) {
    const Double one = Double::broadcast(1);
    const Double z = exp(negate(abs(x)));
    return select(x < Double::zero(), z, one) / (one + z);
}

}  // namespace keratin::kernels::KERATIN_ISA
