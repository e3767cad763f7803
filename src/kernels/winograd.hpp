#pragma once

#include "kernels/simd.hpp"

/// Winograd's minimal filtering F(4x4, 3x3): sixteen outputs of a 3x3 window from 36 products instead of 144
/// (Winograd 1980; Lavin and Gray 2016). A tile of 6x6 inputs and the 3x3 kernel are carried to 36
/// coefficients each, multiplied there, and carried back.
///
/// The points of interpolation are 0, +-5/8, +-3/2 and infinity rather than the usual 0, +-1, +-2: their
/// powers are exact in binary and of about one size, which makes the error a third (docs/kernels.md).
namespace keratin::kernels::KERATIN_ISA {
namespace {

namespace winograd {

constexpr int outputs = 4, inputs = 6, taps = 3;  ///< of a tile, along one axis
constexpr int points = inputs * inputs;           ///< coefficients of a tile

constexpr double a1 = 0.625, b1 = 1.5;
constexpr double a2 = a1 * a1, b2 = b1 * b1;
/// What the polynomial through all points has as derivative there, upside down.
constexpr double at_0 = 1 / (a2 * b2), at_a = 1 / (2 * a2 * (a2 - b2)), at_b = 1 / (2 * b2 * (b2 - a2));

template <class T>
KERATIN_INLINE Vec<T> number(double value) {
    return Vec<T>::broadcast(static_cast<T>(value));
}

/// Six inputs to the coefficients.
struct FromInput {
    static constexpr int in = inputs, out = inputs;

    template <class T>
    KERATIN_INLINE static void run(const Vec<T> (&d)[in], Vec<T> (&v)[out]) {
        const Vec<T> product = number<T>(a2 * b2), sum = number<T>(-a2 - b2);
        v[0] = fmadd(product, d[0], fmadd(sum, d[2], d[4]));
        pair(a1, b2, d, v[1], v[2]);
        pair(b1, a2, d, v[3], v[4]);
        v[5] = fmadd(product, d[1], fmadd(sum, d[3], d[5]));
    }

private:
    /// At p and -p; q2 is the square of the other point.
    template <class T>
    KERATIN_INLINE static void pair(double p, double q2, const Vec<T> (&d)[in], Vec<T>& plus, Vec<T>& minus) {
        const Vec<T> q = number<T>(-q2);
        const Vec<T> even = fmadd(q, d[2], d[4]), odd = number<T>(p) * fmadd(q, d[1], d[3]);
        plus = even + odd;
        minus = even - odd;
    }
};

/// Three taps of a kernel to the coefficients.
struct FromKernel {
    static constexpr int in = taps, out = inputs;

    template <class T>
    KERATIN_INLINE static void run(const Vec<T> (&g)[in], Vec<T> (&u)[out]) {
        u[0] = number<T>(at_0) * g[0];
        pair(a1, at_a, g, u[1], u[2]);
        pair(b1, at_b, g, u[3], u[4]);
        u[5] = g[2];
    }

private:
    template <class T>
    KERATIN_INLINE static void pair(double p, double scale, const Vec<T> (&g)[in], Vec<T>& plus,
                                    Vec<T>& minus) {
        const Vec<T> even = number<T>(scale) * fmadd(number<T>(p * p), g[2], g[0]);
        const Vec<T> odd = number<T>(scale * p) * g[1];
        plus = even + odd;
        minus = even - odd;
    }
};

/// Products of coefficients to four outputs.
struct ToOutput {
    static constexpr int in = inputs, out = outputs;

    template <class T>
    KERATIN_INLINE static void run(const Vec<T> (&m)[in], Vec<T> (&y)[out]) {
        const Vec<T> even_a = m[1] + m[2], odd_a = m[1] - m[2];
        const Vec<T> even_b = m[3] + m[4], odd_b = m[3] - m[4];
        y[0] = m[0] + even_a + even_b;
        y[1] = fmadd(number<T>(a1), odd_a, number<T>(b1) * odd_b);
        y[2] = fmadd(number<T>(a2), even_a, number<T>(b2) * even_b);
        y[3] = fmadd(number<T>(a1 * a2), odd_a, fmadd(number<T>(b1 * b2), odd_b, m[5]));
    }
};

/// The transpose of ToOutput: four gradients of outputs to the coefficients.
struct FromOutput {
    static constexpr int in = outputs, out = inputs;

    template <class T>
    KERATIN_INLINE static void run(const Vec<T> (&y)[in], Vec<T> (&z)[out]) {
        z[0] = y[0];
        pair(a1, y, z[1], z[2]);
        pair(b1, y, z[3], z[4]);
        z[5] = y[3];
    }

private:
    template <class T>
    KERATIN_INLINE static void pair(double p, const Vec<T> (&y)[in], Vec<T>& plus, Vec<T>& minus) {
        const Vec<T> square = number<T>(p * p);
        const Vec<T> even = fmadd(square, y[2], y[0]), odd = number<T>(p) * fmadd(square, y[3], y[1]);
        plus = even + odd;
        minus = even - odd;
    }
};

/// The transpose of FromKernel: coefficients to the gradient of three taps.
struct ToKernel {
    static constexpr int in = inputs, out = taps;

    template <class T>
    KERATIN_INLINE static void run(const Vec<T> (&u)[in], Vec<T> (&g)[out]) {
        const Vec<T> even_a = number<T>(at_a) * (u[1] + u[2]), odd_a = number<T>(at_a * a1) * (u[1] - u[2]);
        const Vec<T> even_b = number<T>(at_b) * (u[3] + u[4]), odd_b = number<T>(at_b * b1) * (u[3] - u[4]);
        g[0] = fmadd(number<T>(at_0), u[0], even_a + even_b);
        g[1] = odd_a + odd_b;
        g[2] = fmadd(number<T>(a2), even_a, fmadd(number<T>(b2), even_b, u[5]));
    }
};

/// A transform along both axes: load(i, j) gives an element of the square, store(i, j, x) takes one.
template <class Transform, class T, class Load, class Store>
KERATIN_INLINE void both_axes(Load load, Store store) {
    constexpr int in = Transform::in, out = Transform::out;
    Vec<T> half[out][in];
#pragma GCC unroll 6
    for (int j = 0; j < in; ++j) {
        Vec<T> from[in], to[out];
#pragma GCC unroll 6
        for (int i = 0; i < in; ++i) from[i] = load(i, j);
        Transform::run(from, to);
#pragma GCC unroll 6
        for (int i = 0; i < out; ++i) half[i][j] = to[i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < out; ++i) {
        Vec<T> to[out];
        Transform::run(half[i], to);
#pragma GCC unroll 6
        for (int j = 0; j < out; ++j) store(i, j, to[j]);
    }
}

}  // namespace winograd

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
