#include "kernels/tile.hpp"

/// The tiles, compiled once for all that are made of them.
namespace keratin::kernels::KERATIN_ISA {
namespace {

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

template <Form F, class T>
void find(int vectors, int rows, Tile<T>& found) {
    found = vectors == 1 ? tile_for<1, F, T>(rows) : tile_for<2, F, T>(rows);
}

template <class T>
void find(Form form, int vectors, int rows, Tile<T>& found) {
    if (vectors == 8)
        found = tile_for<8, Form::padded, T>(rows);
    else if (form == Form::padded)
        find<Form::padded>(vectors, rows, found);
    else if (form == Form::masked)
        find<Form::masked>(vectors, rows, found);
    else
        found = tile_for<1, Form::lanewise, T>(rows);
}

}  // namespace

void find_tile(Form form, int vectors, int rows, Tile<float>& found) {
    find(form, vectors, rows, found);
}
void find_tile(Form form, int vectors, int rows, Tile<double>& found) {
    find(form, vectors, rows, found);
}

}  // namespace keratin::kernels::KERATIN_ISA
