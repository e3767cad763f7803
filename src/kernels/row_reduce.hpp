#pragma once

#include "kernels/parallel.hpp"
#include "kernels/wide.hpp"

/// Sums and extremes of one dense row, in an order that only its length decides: stripes of 64 bytes, four
/// accumulators to a block of `grain` elements, the blocks then pairwise.
namespace keratin::kernels::KERATIN_ISA {

template <class T>
struct Sum {
    static constexpr T nothing = T(0);
    KERATIN_INLINE static Vec<T> combine(Vec<T> a, Vec<T> b) { return a + b; }
    KERATIN_INLINE static T combine(T a, T b) { return a + b; }
};

/// NaN wins over every number.
template <class T>
struct Max {
    static constexpr T nothing = -static_cast<T>(__builtin_inf());
    KERATIN_INLINE static Vec<T> combine(Vec<T> a, Vec<T> b) { return select(is_nan(a), a, max(a, b)); }
    KERATIN_INLINE static T combine(T a, T b) { return a > b || a != a ? a : b; }
};

template <class T>
struct Min {
    static constexpr T nothing = static_cast<T>(__builtin_inf());
    KERATIN_INLINE static Vec<T> combine(Vec<T> a, Vec<T> b) { return select(is_nan(a), a, min(a, b)); }
    KERATIN_INLINE static T combine(T a, T b) { return a < b || a != a ? a : b; }
};

template <class Op, class T>
KERATIN_INLINE Wide<T> combine(Wide<T> a, Wide<T> b) {
    for (int i = 0; i < Wide<T>::count; ++i) a.part[i] = Op::combine(a.part[i], b.part[i]);
    return a;
}

/// The lanes of one register: halves combined until one lane is left.
template <class Op, class T>
KERATIN_INLINE T fold(Wide<T> a) {
    T lanes[Wide<T>::width];
    a.store(lanes);
    for (int64_t n = Wide<T>::width / 2; n > 0; n /= 2)
        for (int64_t i = 0; i < n; ++i) lanes[i] = Op::combine(lanes[i], lanes[i + n]);
    return lanes[0];
}

/// The first n of x, 0 <= n <= width, and what changes nothing after them.
template <class Op, class T>
KERATIN_INLINE Wide<T> load_padded(const T* x, int64_t n) {
    if constexpr (Op::nothing == T(0)) return Wide<T>::load_n(x, n);
    T lanes[Wide<T>::width];
    for (int64_t i = 0; i < Wide<T>::width; ++i) lanes[i] = i < n ? x[i] : Op::nothing;
    return Wide<T>::load(lanes);
}

/// At most `grain` elements.
template <class Op, class T>
KERATIN_INLINE T reduce_block(const T* x, int64_t n) {
    constexpr int64_t width = Wide<T>::width;
    const Wide<T> nothing = Wide<T>::broadcast(Op::nothing);
    Wide<T> sum[4] = {nothing, nothing, nothing, nothing};
    int64_t i = 0;
    for (; i + 4 * width <= n; i += 4 * width)
        for (int k = 0; k < 4; ++k) sum[k] = combine<Op>(sum[k], Wide<T>::load(x + i + k * width));
    for (; i + width <= n; i += width) sum[0] = combine<Op>(sum[0], Wide<T>::load(x + i));
    if (i < n) sum[1] = combine<Op>(sum[1], load_padded<Op>(x + i, n - i));
    return fold<Op>(combine<Op>(combine<Op>(sum[0], sum[1]), combine<Op>(sum[2], sum[3])));
}

/// A row of any length. Sums of 1, 2, 4, ... blocks wait in `part` until their neighbour is there.
template <class Op, class T>
KERATIN_INLINE T reduce_row(const T* x, int64_t n) {
    T part[64];
    int depth = 0;
    uint64_t blocks = 0;
    for (int64_t begin = 0; begin < n; begin += grain) {
        part[depth++] = reduce_block<Op>(x + begin, smaller(grain, n - begin));
        for (uint64_t full = ++blocks; full % 2 == 0; full /= 2) {
            part[depth - 2] = Op::combine(part[depth - 2], part[depth - 1]);
            --depth;
        }
    }
    if (depth == 0) return Op::nothing;
    while (depth > 1) {
        part[depth - 2] = Op::combine(part[depth - 2], part[depth - 1]);
        --depth;
    }
    return part[0];
}

}  // namespace keratin::kernels::KERATIN_ISA
