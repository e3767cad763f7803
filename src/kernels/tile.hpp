#pragma once

#include "kernels/simd.hpp"

/// The one kernel under every product, convolution and gradient: a few rows times a panel of one or two
/// vectors of columns, held in registers. Columns are the lanes and the sum runs over k alone, so an element
/// is one chain of fused multiply-adds in the order of k, whatever the tile, the vector width or the thread.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
constexpr int64_t lanes = Vec<T>::width;

template <class T>
constexpr int64_t panel_width = 2 * lanes<T>;

/// Rows of a full tile for panels of so many vectors: as many as the registers hold.
template <int Vectors>
constexpr int tile_rows() {
    constexpr int register_bytes = sizeof(Vec<float>);
    if constexpr (Vectors == 1) return register_bytes == 64 ? 12 : 8;
    if constexpr (Vectors == 2) return register_bytes == 64 ? 12 : register_bytes == 32 ? 6 : 4;
    return 1;
}

/// What the tiles of one panel share: c[r][j] = sum over t, i of a[r][taps[t] + i * a_step] * b[k][j], where
/// k = t * depth + i numbers the rows of b. The sum is finished by adding the bias, then c's old value.
template <class T>
struct Product {
    const int64_t* taps;
    int64_t tap_count;
    int64_t depth, a_step;
    const T* b;
    int64_t b_step;
    int64_t cols;   ///< columns to write, no more than the panel's vectors hold
    const T* bias;  ///< or null
    bool add;       ///< add c's old value
    bool relu;
    bool resume;  ///< the chain goes on from c's old value, instead of from 0
};

/// How a tile reads its operands.
enum class Form {
    padded,    ///< b holds whole vectors
    masked,    ///< the last vector of b is cut off after `cols`
    lanewise,  ///< as masked, and each lane has its own a: a[r][... + j] in place of a[r][...]
};

template <class T>
KERATIN_INLINE Vec<T> load_cols(const T* p, int64_t cols) {
    return cols >= lanes<T> ? Vec<T>::load(p) : Vec<T>::load_n(p, cols);
}

template <class T>
KERATIN_INLINE void store_cols(Vec<T> x, T* p, int64_t cols) {
    cols >= lanes<T> ? x.store(p) : x.store_n(p, cols);
}

/// Vector v of a row of `Vectors`, of which only the last may be cut off.
template <int Vectors, class T>
KERATIN_INLINE Vec<T> load_part(const Product<T>& p, const T* row, int v) {
    const T* from = row + v * lanes<T>;
    return v < Vectors - 1 ? Vec<T>::load(from) : load_cols(from, p.cols - v * lanes<T>);
}

template <int Rows, int Vectors, class T>
KERATIN_INLINE void start(const Product<T>& p, const T* const* c, Vec<T> (&sum)[Rows][Vectors]) {
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v)
            sum[r][v] = p.resume ? load_part<Vectors>(p, c[r], v) : Vec<T>::zero();
}

/// Bias, old value and ReLU, then the store. Rows that repeat another one store the same once more.
template <int Rows, int Vectors, class T>
KERATIN_INLINE void finish(const Product<T>& p, T* const* c, Vec<T> (&sum)[Rows][Vectors]) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
        const Vec<T> bias = p.bias ? load_part<Vectors>(p, p.bias, v) : Vec<T>::zero();
        if (p.bias)
#pragma GCC unroll 16
            for (int r = 0; r < Rows; ++r) sum[r][v] = sum[r][v] + bias;
        if (p.add)
#pragma GCC unroll 16
            for (int r = 0; r < Rows; ++r) sum[r][v] = load_part<Vectors>(p, c[r], v) + sum[r][v];
        if (p.relu)
#pragma GCC unroll 16
            for (int r = 0; r < Rows; ++r) sum[r][v] = max(Vec<T>::zero(), sum[r][v]);
        const int64_t cols = p.cols - v * lanes<T>;
        if (v < Vectors - 1 || cols >= lanes<T>)
#pragma GCC unroll 16
            for (int r = 0; r < Rows; ++r) sum[r][v].store(c[r] + v * lanes<T>);
        else
#pragma GCC unroll 16
            for (int r = 0; r < Rows; ++r) sum[r][v].store_n(c[r] + v * lanes<T>, cols);
    }
}

/// Asks for the lines that the tile will write.
template <int Rows, int Vectors, class T>
KERATIN_INLINE void fetch(T* const* c) {
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) __builtin_prefetch(c[r] + v * lanes<T>, 1);
}

/// The tile itself.
template <int Rows, int Vectors, Form F, class T>
void tile(const Product<T>& p, const T* const* a, T* const* c) {
    const int64_t last = p.cols - (Vectors - 1) * lanes<T>;
    Vec<T> sum[Rows][Vectors];
    start(p, c, sum);
    fetch<Rows, Vectors>(c);
    const T* b = p.b;
    for (int64_t t = 0; t < p.tap_count; ++t) {
        const T* row[Rows];
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r) row[r] = a[r] + p.taps[t];
        for (int64_t i = 0, at = 0; i < p.depth; ++i, at += p.a_step, b += p.b_step) {
            Vec<T> right[Vectors];
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v)
                right[v] = F == Form::padded ? Vec<T>::load(b + v * lanes<T>) : load_part<Vectors>(p, b, v);
#pragma GCC unroll 16
            for (int r = 0; r < Rows; ++r) {
                const Vec<T> left =
                    F == Form::lanewise ? load_cols(row[r] + at, last) : Vec<T>::broadcast(row[r][at]);
#pragma GCC unroll 8
                for (int v = 0; v < Vectors; ++v) sum[r][v] = fmadd(left, right[v], sum[r][v]);
            }
        }
    }
    finish(p, c, sum);
}

template <class T>
using Tile = void (*)(const Product<T>&, const T* const* a, T* const* c);

/// The smallest tile that holds so many rows.
template <int Vectors, Form F, class T>
Tile<T> tile_for(int rows) {
    constexpr int most = tile_rows<Vectors>();
    if (rows == 1) return tile<1, Vectors, F, T>;
    if (rows == 2) return tile < most < 2 ? most : 2, Vectors, F, T > ;
    if (rows <= 4) return tile < most < 4 ? most : 4, Vectors, F, T > ;
    if (rows <= 6) return tile < most < 6 ? most : 6, Vectors, F, T > ;
    if (rows <= 8) return tile < most < 8 ? most : 8, Vectors, F, T > ;
    return tile<most, Vectors, F, T>;
}

/// All `rows` rows of a panel of so many vectors; walk(a, c) yields the pointers of the next row.
template <int Vectors, Form F, class T, class Walk>
void sweep_panel(const Product<T>& p, int64_t rows, Walk& walk) {
    constexpr int most = tile_rows<Vectors>();
    for (int64_t done = 0; done < rows; done += most) {
        const int count = rows - done < most ? static_cast<int>(rows - done) : most;
        const T* a[most];
        T* c[most];
        for (int r = 0; r < count; ++r) walk(a[r], c[r]);
        for (int r = count; r < most; ++r) {
            a[r] = a[count - 1];
            c[r] = c[count - 1];
        }
        tile_for<Vectors, F, T>(count)(p, a, c);
    }
}

/// All rows of a panel up to `panel_width` wide (of one vector when lanewise).
template <Form F, class T, class Walk>
void sweep(const Product<T>& p, int64_t rows, Walk walk) {
    if constexpr (F == Form::lanewise) {
        sweep_panel<1, F>(p, rows, walk);
    } else if (F == Form::masked && p.cols % lanes<T> != 0) {
        p.cols > lanes<T> ? sweep_panel<2, Form::masked>(p, rows, walk)
                          : sweep_panel<1, Form::masked>(p, rows, walk);
    } else {
        p.cols > lanes<T> ? sweep_panel<2, Form::padded>(p, rows, walk)
                          : sweep_panel<1, Form::padded>(p, rows, walk);
    }
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
