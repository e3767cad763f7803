#include "kernels/binary.hpp"
#include "kernels/families.hpp"
#include "kernels/math.hpp"
#include "kernels/parallel.hpp"
#include "kernels/simd.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

// What an element costs, in additions: the measure of `work` for Context::parallel.
constexpr int64_t cheap = 1, dear = 16, scalar = 64;

template <class T, class F>
KERATIN_INLINE void map(const Context& context, int64_t work, const T* x, T* y, int64_t n, const F& f) {
    parallel_blocks(context, n, work, [=](int64_t begin, int64_t end) {
        int64_t i = begin;
        for (; i + Vec<T>::width <= end; i += Vec<T>::width) f(Vec<T>::load(x + i)).store(y + i);
        if (i < end) f(Vec<T>::load_n(x + i, end - i)).store_n(y + i, end - i);
    });
}

template <class T, class F>
KERATIN_INLINE void map_scalar(const Context& context, const T* x, T* y, int64_t n, const F& f) {
    parallel_blocks(context, n, scalar, [=](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) y[i] = f(x[i]);
    });
}

template <class V>
KERATIN_INLINE V sign(V x) {
    const V zero = V::zero(), one = V::broadcast(1), minus_one = V::broadcast(-1);
    return select(is_nan(x), x, select(x > zero, one, select(x < zero, minus_one, zero)));
}

/// The libm functions that are not worth a polynomial.
template <class T>
void unary_scalar(const Context& context, Unary op, const T* x, T* y, int64_t n) {
    constexpr bool single = sizeof(T) == 4;
    if (op == Unary::sin)
        map_scalar(context, x, y, n,
                   [](T v) { return single ? T(__builtin_sinf(float(v))) : T(__builtin_sin(v)); });
    else
        map_scalar(context, x, y, n,
                   [](T v) { return single ? T(__builtin_cosf(float(v))) : T(__builtin_cos(v)); });
}

template <class T>
void unary(const Context& context, Unary op, const T* x, T* y, int64_t n) {
    using V = Vec<T>;
    const V one = V::broadcast(1);
    switch (op) {
        case Unary::negative:
            return map(context, cheap, x, y, n, [](V v) { return negate(v); });
        case Unary::exp:
            return map(context, dear, x, y, n, [](V v) { return exp(v); });
        case Unary::log:
            return map(context, dear, x, y, n, [](V v) { return log(v); });
        case Unary::sqrt:
            return map(context, dear, x, y, n, [](V v) { return sqrt(v); });
        case Unary::rsqrt:
            return map(context, dear, x, y, n, [=](V v) { return one / sqrt(v); });
        case Unary::square:
            return map(context, cheap, x, y, n, [](V v) { return v * v; });
        case Unary::abs:
            return map(context, cheap, x, y, n, [](V v) { return abs(v); });
        case Unary::sign:
            return map(context, cheap, x, y, n, [](V v) { return sign(v); });
        case Unary::reciprocal:
            return map(context, dear, x, y, n, [=](V v) { return one / v; });
        case Unary::tanh:
            return map(context, dear, x, y, n, [](V v) { return tanh(v); });
        case Unary::sigmoid:
            return map(context, dear, x, y, n, [](V v) { return sigmoid(v); });
        case Unary::relu:
            return map(context, cheap, x, y, n, [](V v) { return max(V::zero(), v); });
        case Unary::floor:
            return map(context, cheap, x, y, n, [](V v) { return floor(v); });
        case Unary::ceil:
            return map(context, cheap, x, y, n, [](V v) { return ceil(v); });
        case Unary::round:
            return map(context, cheap, x, y, n, [](V v) { return round(v); });
        case Unary::log1p:
            return map(context, dear, x, y, n, [](V v) { return log1p(v); });
        case Unary::expm1:
            return map(context, dear, x, y, n, [](V v) { return expm1(v); });
        case Unary::sin:
        case Unary::cos:
            return unary_scalar(context, op, x, y, n);
        case Unary::count:
            return;
    }
}

template <class T>
void select(const Context& context, const uint8_t* condition, const T* a, const T* b, T* y, int64_t n) {
    parallel_blocks(context, n, cheap, [=](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) y[i] = condition[i] ? a[i] : b[i];
    });
}

template <class T>
void fill(const Context& context, T value, T* y, int64_t n) {
    parallel_blocks(context, n, cheap, [=](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) y[i] = value;
    });
}

/// Two roundings, as NumPy and TensorFlow have them; beta = 0 keeps the sign of a zero.
template <class T>
void affine(const Context& context, T alpha, T beta, const T* x, T* y, int64_t n) {
    using V = Vec<T>;
    const V scale = V::broadcast(alpha), shift = V::broadcast(beta);
    if (beta == T(0)) return map(context, cheap, x, y, n, [=](V v) { return v * scale; });
    map(context, cheap, x, y, n, [=](V v) { return v * scale + shift; });
}

template <class T>
void fill_table(Table<T>& table) {
    table.unary = unary<T>;
    table.select = select<T>;
    table.fill = fill<T>;
    table.affine = affine<T>;
    fill_binary(table);
}

}  // namespace

void fill_elementwise(Table<float>& table) {
    fill_table(table);
}
void fill_elementwise(Table<double>& table) {
    fill_table(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
