#include "kernels/families.hpp"
#include "kernels/parallel.hpp"
#include "kernels/row_reduce.hpp"
#include "kernels/scratch.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

/// So many rows are one chain of additions in a reduction over columns.
constexpr int64_t chain = 512;

// -- inner == 1: along the rows
// ------------------------------------------------------------------------------

/// In `part` one value for each block of each row, which the caller combines.
template <class Op, class T>
void reduce_blocks(const Context& context, const T* x, T* part, int64_t rows, int64_t n, int64_t blocks) {
    parallel_for(context, rows * blocks, rows * n, [=](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const int64_t row = i / blocks, first = i % blocks * grain;
            part[i] = reduce_block<Op>(x + row * n + first, smaller(grain, n - first));
        }
    });
}

template <class Op, class T>
void reduce_rows(const Context& context, const T* x, T* y, int64_t rows, int64_t n) {
    const int64_t blocks = divide_up(n, grain);
    if (rows > 64 || blocks < 4) {
        parallel_rows(context, rows, n, 1, [=](int64_t begin, int64_t end) {
            for (int64_t r = begin; r < end; ++r) y[r] = reduce_row<Op>(x + r * n, n);
        });
        return;
    }
    const Scratch<T> part(context, rows * blocks);
    reduce_blocks<Op>(context, x, part.data(), rows, n, blocks);
    for (int64_t r = 0; r < rows; ++r) y[r] = reduce_row<Op>(part.data() + r * blocks, blocks);
}

// -- inner > 1: down the columns
// -----------------------------------------------------------------------------

/// Columns [0, width) of n rows that lie `step` apart, registers at a time; tails like full registers.
template <class Op, int count, class T>
KERATIN_INLINE void columns(const T* x, int64_t step, int64_t n, T* y, int64_t last) {
    using V = Vec<T>;
    V sum[count];
    for (V& s : sum) s = V::broadcast(Op::nothing);
    for (int64_t k = 0; k < n; ++k) {
        for (int i = 0; i + 1 < count; ++i)
            sum[i] = Op::combine(sum[i], V::load(x + k * step + i * V::width));
        const T* tail = x + k * step + (count - 1) * V::width;
        sum[count - 1] =
            Op::combine(sum[count - 1], last == V::width ? V::load(tail) : V::load_n(tail, last));
    }
    for (int i = 0; i + 1 < count; ++i) sum[i].store(y + i * V::width);
    sum[count - 1].store_n(y + (count - 1) * V::width, last);
}

template <class Op, class T>
void reduce_columns(const T* x, int64_t step, int64_t n, T* y, int64_t width) {
    constexpr int64_t lanes = Vec<T>::width;
    int64_t i = 0;
    for (; i + 4 * lanes <= width; i += 4 * lanes) columns<Op, 4>(x + i, step, n, y + i, lanes);
    for (; i < width; i += lanes) columns<Op, 1>(x + i, step, n, y + i, smaller(lanes, width - i));
}

template <class Op, class T>
KERATIN_INLINE void combine_into(T* y, const T* x, int64_t n) {
    using V = Vec<T>;
    int64_t i = 0;
    for (; i + V::width <= n; i += V::width) Op::combine(V::load(y + i), V::load(x + i)).store(y + i);
    if (i < n) Op::combine(V::load_n(y + i, n - i), V::load_n(x + i, n - i)).store_n(y + i, n - i);
}

/// Few columns: `fold` rows are taken for one that is `fold` times as wide, and folded in the end.
template <class Op, class T>
void reduce_narrow(const T* x, int64_t n, T* y, int64_t inner, int64_t rows_at_once) {
    T sum[256];
    const int64_t groups = n / rows_at_once, rest = n % rows_at_once;
    reduce_columns<Op>(x, rows_at_once * inner, groups, sum, rows_at_once * inner);
    combine_into<Op>(sum, x + groups * rows_at_once * inner, rest * inner);
    for (int64_t half = rows_at_once / 2; half > 0; half /= 2)
        combine_into<Op>(sum, sum + half * inner, half * inner);
    for (int64_t i = 0; i < inner; ++i) y[i] = sum[i];
}

/// At most `chain` rows, or as many times more as they are narrower than a wide row.
template <class Op, class T>
void reduce_piece(const T* x, int64_t n, T* y, int64_t inner, int64_t first, int64_t width,
                  int64_t rows_at_once) {
    if (rows_at_once > 1 && n >= 2 * rows_at_once)
        reduce_narrow<Op>(x, n, y, inner, rows_at_once);
    else
        reduce_columns<Op>(x + first, inner, n, y + first, width);
}

/// The largest power of two with which rows of `inner` still fit into 256 elements; 1 for rows that are not
/// narrow.
KERATIN_INLINE int64_t rows_taken_at_once(int64_t inner) {
    int64_t rows = 1;
    while (inner < 64 && 2 * rows * inner <= 256) rows *= 2;
    return rows;
}

template <class Op, class T>
void reduce_inner(const Context& context, const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
    const int64_t rows_at_once = rows_taken_at_once(inner), length = chain * rows_at_once;
    const int64_t pieces = larger(1, divide_up(n, length));
    const int64_t width = rows_at_once > 1 ? inner : 512, strips = divide_up(inner, width);
    const Scratch<T> scratch(context, pieces > 1 ? outer * pieces * inner : 0);
    T* const part = pieces > 1 ? scratch.data() : y;
    parallel_for(context, outer * pieces * strips, outer * n * inner, [=](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const int64_t first = i % strips * width, piece = i / strips, k = piece % pieces * length;
            reduce_piece<Op>(x + (piece / pieces * n + k) * inner, smaller(length, n - k),
                             part + piece * inner, inner, first, smaller(width, inner - first), rows_at_once);
        }
    });
    if (pieces == 1) return;
    for (int64_t o = 0; o < outer; ++o) {
        T* const rows = part + o * pieces * inner;
        for (int64_t step = 1; step < pieces; step *= 2)
            for (int64_t p = 0; p + step < pieces; p += 2 * step)
                combine_into<Op>(rows + p * inner, rows + (p + step) * inner, inner);
        for (int64_t i = 0; i < inner; ++i) y[o * inner + i] = rows[i];
    }
}

template <class Op, class T>
void reduce_with(const Context& context, const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
    if (inner == 1)
        reduce_rows<Op>(context, x, y, outer, n);
    else
        reduce_inner<Op>(context, x, y, outer, n, inner);
}

template <class T>
void reduce(const Context& context, Reduce op, const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
    if (outer * inner == 0) return;
    switch (op) {
        case Reduce::sum:
            return reduce_with<Sum<T>>(context, x, y, outer, n, inner);
        case Reduce::max:
            return reduce_with<Max<T>>(context, x, y, outer, n, inner);
        case Reduce::min:
            return reduce_with<Min<T>>(context, x, y, outer, n, inner);
        case Reduce::count:
            return;
    }
}

/// True when `here` takes the place of `there`: greater, or the first NaN.
template <class T>
KERATIN_INLINE bool beats(T here, T there) {
    return here > there || (here != here && there == there);
}

template <class T>
KERATIN_INLINE void argmax_strip(const T* x, int64_t* y, int64_t n, int64_t inner, int64_t width) {
    T best[64];
    for (int64_t i = 0; i < width; ++i) {
        best[i] = x[i];
        y[i] = 0;
    }
    for (int64_t k = 1; k < n; ++k) {
        for (int64_t i = 0; i < width; ++i) {
            const T here = x[k * inner + i];
            if (!beats(here, best[i])) continue;
            best[i] = here;
            y[i] = k;
        }
    }
}

template <class T>
void argmax(const Context& context, const T* x, int64_t* y, int64_t outer, int64_t n, int64_t inner) {
    const int64_t strips = divide_up(inner, 64);
    parallel_for(context, outer * strips, 2 * outer * n * inner, [=](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const int64_t o = i / strips, first = i % strips * 64;
            argmax_strip(x + o * n * inner + first, y + o * inner + first, n, inner,
                         smaller(64, inner - first));
        }
    });
}

template <class T>
void fill_table(Table<T>& table) {
    table.reduce = reduce<T>;
    table.argmax = argmax<T>;
}

}  // namespace

void fill_reduce(Table<float>& table) {
    fill_table(table);
}
void fill_reduce(Table<double>& table) {
    fill_table(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
