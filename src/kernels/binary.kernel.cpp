#include "kernels/binary.hpp"

#include "kernels/parallel.hpp"
#include "kernels/simd.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

constexpr int64_t cheap = 1, scalar = 64;

/// Below this many columns a row that is shared by all is repeated until it is about as long as this.
constexpr int64_t short_row = 128;

/// One row of an operand as the inner loop sees it: an array, or one value for all columns.
template <class T, bool spread>
struct Row {
    const T* data;

    KERATIN_INLINE Vec<T> load(int64_t i) const {
        if constexpr (spread) return Vec<T>::load(data + i);
        return Vec<T>::broadcast(*data);
    }
    KERATIN_INLINE Vec<T> load_n(int64_t i, int64_t n) const {
        if constexpr (spread) return Vec<T>::load_n(data + i, n);
        return Vec<T>::broadcast(*data);
    }
    KERATIN_INLINE T operator[](int64_t i) const { return data[spread ? i : 0]; }
};

template <class T, bool spread_a, bool spread_b, class F>
KERATIN_INLINE void combine_vectors(Row<T, spread_a> a, Row<T, spread_b> b, T* y, int64_t begin, int64_t end,
                                    const F& f) {
    int64_t i = begin;
    for (; i + Vec<T>::width <= end; i += Vec<T>::width) f(a.load(i), b.load(i)).store(y + i);
    if (i < end) f(a.load_n(i, end - i), b.load_n(i, end - i)).store_n(y + i, end - i);
}

template <class T, class Y, bool spread_a, bool spread_b, class F>
KERATIN_INLINE void combine_scalars(Row<T, spread_a> a, Row<T, spread_b> b, Y* y, int64_t begin, int64_t end,
                                    const F& f) {
    for (int64_t i = begin; i < end; ++i) y[i] = f(a[i], b[i]);
}

/// Calls body(a, b, y, begin, end) for columns [begin, end) of each row, on any threads.
template <class T, class Y, bool spread_a, bool spread_b, class Body>
KERATIN_INLINE void for_rows(const Context& context, int64_t work, Operand<T> a, Operand<T> b, Y* y,
                             int64_t rows, int64_t cols, const Body& body) {
    const auto row = [=](int64_t r, int64_t begin, int64_t end) {
        body(Row<T, spread_a>{a.data + r * a.row_step}, Row<T, spread_b>{b.data + r * b.row_step},
             y + r * cols, begin, end);
    };
    if (cols < 2 * grain) {
        parallel_rows(context, rows, cols, work, [=](int64_t begin, int64_t end) {
            for (int64_t r = begin; r < end; ++r) row(r, 0, cols);
        });
        return;
    }
    const int64_t pieces = divide_up(cols, grain);
    parallel_for(context, rows * pieces, rows * cols * work, [=](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const int64_t first = i % pieces * grain;
            row(i / pieces, first, smaller(first + grain, cols));
        }
    });
}

template <class T, class Y, class Body>
KERATIN_INLINE void for_any_rows(const Context& context, int64_t work, Operand<T> a, Operand<T> b, Y* y,
                                 int64_t rows, int64_t cols, const Body& body) {
    if (a.col_step && b.col_step) return for_rows<T, Y, true, true>(context, work, a, b, y, rows, cols, body);
    if (a.col_step) return for_rows<T, Y, true, false>(context, work, a, b, y, rows, cols, body);
    if (b.col_step) return for_rows<T, Y, false, true>(context, work, a, b, y, rows, cols, body);
    for_rows<T, Y, false, false>(context, work, a, b, y, rows, cols, body);
}

template <class T>
KERATIN_INLINE bool flat(Operand<T> a, int64_t cols) {
    return a.row_step == cols * a.col_step;
}

template <class T>
KERATIN_INLINE bool one_row_for_all(Operand<T> a) {
    return a.row_step == 0 && a.col_step == 1;
}

/// `times` copies of a row one after the other, when the operand is one row for all; else nothing.
template <class T>
KERATIN_INLINE void repeat(Operand<T>& a, int64_t cols, int64_t times, T* memory) {
    if (!one_row_for_all(a)) return;
    for (int64_t i = 0; i < times; ++i)
        for (int64_t c = 0; c < cols; ++c) memory[i * cols + c] = a.data[c];
    a.data = memory;
}

/// Calls body(context, a, b, y, rows, cols) with the same elements in rows that are as long as can be:
/// everything in one row when no operand is broadcast by rows, and several short rows at once when one row
/// serves them all.
template <class T, class Y, class Body>
KERATIN_INLINE void with_long_rows(Operand<T> a, Operand<T> b, Y* y, int64_t rows, int64_t cols,
                                   const Body& body) {
    if (cols == 1 && (a.row_step | 1) == 1 && (b.row_step | 1) == 1) {
        a.col_step = a.row_step;
        b.col_step = b.row_step;
        return body(a, b, y, 1, rows);
    }
    if (rows == 1 || (flat(a, cols) && flat(b, cols))) return body(a, b, y, 1, rows * cols);
    const bool shared = (one_row_for_all(a) || flat(a, cols)) && (one_row_for_all(b) || flat(b, cols));
    if (!shared || cols >= short_row || cols * rows < 2 * short_row) return body(a, b, y, rows, cols);

    const int64_t times = smaller(2 * short_row / cols, rows), groups = rows / times, done = groups * times;
    T memory[2][2 * short_row];
    const Operand<T> rest_a{a.data + done * a.row_step, a.row_step, a.col_step};
    const Operand<T> rest_b{b.data + done * b.row_step, b.row_step, b.col_step};
    repeat(a, cols, times, memory[0]);
    repeat(b, cols, times, memory[1]);
    a.row_step *= times;
    b.row_step *= times;
    body(a, b, y, groups, times * cols);
    if (done < rows) body(rest_a, rest_b, y + done * cols, rows - done, cols);
}

template <class T, class F>
void combine(const Context& context, Operand<T> a, Operand<T> b, T* y, int64_t rows, int64_t cols,
             const F& f) {
    with_long_rows(a, b, y, rows, cols, [&](Operand<T> l, Operand<T> r, T* out, int64_t n, int64_t m) {
        for_any_rows(context, cheap, l, r, out, n, m,
                     [&](auto row_l, auto row_r, T* row, int64_t begin, int64_t end) {
                         combine_vectors(row_l, row_r, row, begin, end, f);
                     });
    });
}

template <class T, class Y, class F>
void combine_each(const Context& context, int64_t work, Operand<T> a, Operand<T> b, Y* y, int64_t rows,
                  int64_t cols, const F& f) {
    with_long_rows(a, b, y, rows, cols, [&](Operand<T> l, Operand<T> r, Y* out, int64_t n, int64_t m) {
        for_any_rows(context, work, l, r, out, n, m,
                     [&](auto row_l, auto row_r, Y* row, int64_t begin, int64_t end) {
                         combine_scalars(row_l, row_r, row, begin, end, f);
                     });
    });
}

KERATIN_INLINE float power(float a, float b) {
    return __builtin_powf(a, b);
}
KERATIN_INLINE double power(double a, double b) {
    return __builtin_pow(a, b);
}

template <class T>
void binary(const Context& context, Binary op, Operand<T> a, Operand<T> b, T* y, int64_t rows, int64_t cols) {
    using V = Vec<T>;
    const auto run = [&](const auto& f) { combine(context, a, b, y, rows, cols, f); };
    switch (op) {
        case Binary::add:
            return run([](V l, V r) { return l + r; });
        case Binary::subtract:
            return run([](V l, V r) { return l - r; });
        case Binary::multiply:
            return run([](V l, V r) { return l * r; });
        case Binary::divide:
            return run([](V l, V r) { return l / r; });
        case Binary::maximum:
            return run([](V l, V r) { return select(is_nan(l), l, max(l, r)); });
        case Binary::minimum:
            return run([](V l, V r) { return select(is_nan(l), l, min(l, r)); });
        case Binary::pow:
            return combine_each(context, scalar, a, b, y, rows, cols, [](T l, T r) { return power(l, r); });
        case Binary::tanh_gradient:
            return run([](V l, V r) { return r * (V::broadcast(1) - l * l); });
        case Binary::sigmoid_gradient:
            return run([](V l, V r) { return r * l * (V::broadcast(1) - l); });
        case Binary::relu_gradient:
            return run([](V l, V r) { return select(l > V::zero(), r, V::zero()); });
        case Binary::count:
            return;
    }
}

template <class T>
void compare(const Context& context, Compare op, Operand<T> a, Operand<T> b, uint8_t* y, int64_t rows,
             int64_t cols) {
    const auto run = [&](const auto& f) { combine_each(context, cheap, a, b, y, rows, cols, f); };
    switch (op) {
        case Compare::equal:
            return run([](T l, T r) { return l == r; });
        case Compare::not_equal:
            return run([](T l, T r) { return l != r; });
        case Compare::less:
            return run([](T l, T r) { return l < r; });
        case Compare::less_equal:
            return run([](T l, T r) { return l <= r; });
        case Compare::greater:
            return run([](T l, T r) { return l > r; });
        case Compare::greater_equal:
            return run([](T l, T r) { return l >= r; });
        case Compare::count:
            return;
    }
}

}  // namespace

void fill_binary(Table<float>& table) {
    table.binary = binary<float>;
    table.compare = compare<float>;
}
void fill_binary(Table<double>& table) {
    table.binary = binary<double>;
    table.compare = compare<double>;
}

}  // namespace keratin::kernels::KERATIN_ISA
