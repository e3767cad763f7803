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

/// What an op does with columns [begin, end) of one row.
template <class T, class Y>
using RowLoop = void (*)(const T* a, const T* b, Y* y, int64_t begin, int64_t end);

/// The loops of an op, by whether a and b are arrays or one value for all columns.
template <class T, class Y>
struct Loops {
    RowLoop<T, Y> row[2][2];

    RowLoop<T, Y> of(Operand<T> a, Operand<T> b) const { return row[a.col_step != 0][b.col_step != 0]; }
};

template <class T, bool spread_a, bool spread_b, class F>
void combine_vectors(const T* left, const T* right, T* y, int64_t begin, int64_t end) {
    const Row<T, spread_a> a{left};
    const Row<T, spread_b> b{right};
    const F f{};
    int64_t i = begin;
    for (; i + Vec<T>::width <= end; i += Vec<T>::width) f(a.load(i), b.load(i)).store(y + i);
    if (i < end) f(a.load_n(i, end - i), b.load_n(i, end - i)).store_n(y + i, end - i);
}

template <class T, class Y, bool spread_a, bool spread_b, class F>
void combine_scalars(const T* left, const T* right, Y* y, int64_t begin, int64_t end) {
    const Row<T, spread_a> a{left};
    const Row<T, spread_b> b{right};
    const F f{};
    for (int64_t i = begin; i < end; ++i) y[i] = f(a[i], b[i]);
}

/// Runs the loop of each row, on any threads.
template <class T, class Y>
void for_rows(const Context& context, int64_t work, Operand<T> a, Operand<T> b, Y* y, int64_t rows,
              int64_t cols, const Loops<T, Y>& loops) {
    const RowLoop<T, Y> loop = loops.of(a, b);
    const auto row = [=](int64_t r, int64_t begin, int64_t end) {
        loop(a.data + r * a.row_step, b.data + r * b.row_step, y + r * cols, begin, end);
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

/// Runs the loops over the same elements in rows that are as long as can be: everything in one row when no
/// operand is broadcast by rows, and several short rows at once when one row serves them all.
template <class T, class Y>
void combine(const Context& context, int64_t work, Operand<T> a, Operand<T> b, Y* y, int64_t rows,
             int64_t cols, const Loops<T, Y>& loops) {
    const auto run = [&](Operand<T> l, Operand<T> r, Y* out, int64_t n, int64_t m) {
        for_rows(context, work, l, r, out, n, m, loops);
    };
    if (cols == 1 && (a.row_step | 1) == 1 && (b.row_step | 1) == 1) {
        a.col_step = a.row_step;
        b.col_step = b.row_step;
        return run(a, b, y, 1, rows);
    }
    if (rows == 1 || (flat(a, cols) && flat(b, cols))) return run(a, b, y, 1, rows * cols);
    const bool shared = (one_row_for_all(a) || flat(a, cols)) && (one_row_for_all(b) || flat(b, cols));
    if (!shared || cols >= short_row || cols * rows < 2 * short_row) return run(a, b, y, rows, cols);

    const int64_t times = smaller(2 * short_row / cols, rows), groups = rows / times, done = groups * times;
    T memory[2][2 * short_row];
    const Operand<T> rest_a{a.data + done * a.row_step, a.row_step, a.col_step};
    const Operand<T> rest_b{b.data + done * b.row_step, b.row_step, b.col_step};
    repeat(a, cols, times, memory[0]);
    repeat(b, cols, times, memory[1]);
    a.row_step *= times;
    b.row_step *= times;
    run(a, b, y, groups, times * cols);
    if (done < rows) run(rest_a, rest_b, y + done * cols, rows - done, cols);
}

template <class T, class F>
constexpr Loops<T, T> vector_loops(F) {
    return {{{combine_vectors<T, false, false, F>, combine_vectors<T, false, true, F>},
             {combine_vectors<T, true, false, F>, combine_vectors<T, true, true, F>}}};
}
template <class T, class Y, class F>
constexpr Loops<T, Y> scalar_loops(F) {
    return {{{combine_scalars<T, Y, false, false, F>, combine_scalars<T, Y, false, true, F>},
             {combine_scalars<T, Y, true, false, F>, combine_scalars<T, Y, true, true, F>}}};
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
    const auto run = [&](auto f) { combine(context, cheap, a, b, y, rows, cols, vector_loops<T>(f)); };
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
            return combine(context, scalar, a, b, y, rows, cols,
                           scalar_loops<T, T>([](T l, T r) { return power(l, r); }));
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
    const auto run = [&](auto f) {
        combine(context, cheap, a, b, y, rows, cols, scalar_loops<T, uint8_t>(f));
    };
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
