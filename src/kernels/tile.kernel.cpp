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

/// Row r of a or c, whose second rows of pairs are `next` away.
template <Form F, class Pointer>
KERATIN_INLINE Pointer row_of(Pointer const* rows, int64_t next, int r) {
    return F == Form::paired ? rows[r / 2] + r % 2 * next : rows[r];
}

/// Calls body(r, v) for every sum of a tile.
template <int Rows, int Vectors, class Body>
KERATIN_INLINE void for_sums(const Body& body) {
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) body(r, v);
}

template <Form F, int Rows, int Vectors, class T>
KERATIN_INLINE void start(const Product<T>& p, T* const* c, Vec<T> (&sum)[Rows][Vectors]) {
    for_sums<Rows, Vectors>([&](int r, int v) KERATIN_INLINE_BODY { sum[r][v] = Vec<T>::zero(); });
    if (!p.resume) return;
    for_sums<Rows, Vectors>([&](int r, int v) KERATIN_INLINE_BODY {
        sum[r][v] = load_part<Vectors>(p, row_of<F>(c, p.c_next, r), v);
    });
}

/// Bias, old value and ReLU, then the store. Each sum is done with before the next, as passes over all of
/// them would keep the processor from the next tile; -0 and -inf stand for no bias and no ReLU. Rows that
/// repeat another one store the same once more.
template <Form F, int Rows, int Vectors, class T>
KERATIN_INLINE void finish(const Product<T>& p, T* const* c, Vec<T> (&sum)[Rows][Vectors]) {
    const int64_t next = p.c_next, last = p.cols - (Vectors - 1) * lanes<T>;
    const bool whole = last >= lanes<T>;
    const auto store = [&](Vec<T> x, int r, int v) KERATIN_INLINE_BODY {
        T* const to = row_of<F>(c, next, r) + v * lanes<T>;
        whole || v < Vectors - 1 ? x.store(to) : x.store_n(to, last);
    };
    if (!p.bias && !p.add && !p.relu)
        return for_sums<Rows, Vectors>([&](int r, int v) KERATIN_INLINE_BODY { store(sum[r][v], r, v); });
    const Vec<T> none = Vec<T>::broadcast(T(-0.0));
    Vec<T> bias[Vectors];
    for_sums<1, Vectors>(
        [&](int, int v) KERATIN_INLINE_BODY { bias[v] = p.bias ? load_part<Vectors>(p, p.bias, v) : none; });
    if (p.add) {
        for_sums<Rows, Vectors>([&](int r, int v) KERATIN_INLINE_BODY {
            sum[r][v] = load_part<Vectors>(p, row_of<F>(c, next, r), v) + (sum[r][v] + bias[v]);
        });
        for_sums<1, Vectors>([&](int, int v) KERATIN_INLINE_BODY { bias[v] = none; });
    }
    const Vec<T> least = Vec<T>::broadcast(p.relu ? T(0) : -static_cast<T>(__builtin_inff()));
    for_sums<Rows, Vectors>([&](int r, int v)
                                KERATIN_INLINE_BODY { store(max(least, sum[r][v] + bias[v]), r, v); });
}

/// Asks for the lines that the tile will write.
template <Form F, int Rows, int Vectors, class T>
KERATIN_INLINE void fetch(const Product<T>& p, T* const* c) {
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) __builtin_prefetch(row_of<F>(c, p.c_next, r) + v * lanes<T>, 1);
}

/// The tile itself.
template <int Rows, int Vectors, Form F, class T>
void tile(const Product<T>& p, const T* const* a, T* const* c) {
    constexpr int places = F == Form::paired ? Rows / 2 : Rows;
    const int64_t last = p.cols - (Vectors - 1) * lanes<T>;
    Vec<T> sum[Rows][Vectors];
    start<F>(p, c, sum);
    fetch<F, Rows, Vectors>(p, c);
    const T* b = p.b;
    for (int64_t t = 0; t < p.tap_count; ++t) {
        const T* row[places];
#pragma GCC unroll 32
        for (int r = 0; r < places; ++r) row[r] = a[r] + p.taps[t];
        for (int64_t i = 0, at = 0; i < p.depth; ++i, at += p.a_step, b += p.b_step) {
            Vec<T> right[Vectors];
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v)
                right[v] = F == Form::padded || F == Form::paired ? Vec<T>::load(b + v * lanes<T>)
                                                                  : load_part<Vectors>(p, b, v);
#pragma GCC unroll 32
            for (int r = 0; r < Rows; ++r) {
                const T* from = row_of<F>(row, p.a_next, r) + at;
                const Vec<T> left = F == Form::lanewise ? load_cols(from, last) : Vec<T>::broadcast(*from);
#pragma GCC unroll 8
                for (int v = 0; v < Vectors; ++v) sum[r][v] = fmadd(left, right[v], sum[r][v]);
            }
        }
    }
    finish<F>(p, opaque(c), sum);
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

/// The same in pairs.
template <int Vectors, class T>
Tile<T> pairs_for(int rows) {
    if (rows <= 2) return tile<2, Vectors, Form::paired, T>;
    if (rows <= 4) return tile<4, Vectors, Form::paired, T>;
    if (rows <= 8) return tile<8, Vectors, Form::paired, T>;
    return tile<tile_rows<Vectors, true>(), Vectors, Form::paired, T>;
}

template <Form F, class T>
void find(int vectors, int rows, Tile<T>& found) {
    found = vectors == 1 ? tile_for<1, F, T>(rows) : tile_for<2, F, T>(rows);
}

template <class T>
void find(Form form, int vectors, int rows, Tile<T>& found) {
    if (vectors == 8)
        found = tile_for<8, Form::padded, T>(rows);
    else if (has_pairs && form == Form::paired)
        found = vectors == 1 ? pairs_for<1, T>(rows) : pairs_for<2, T>(rows);
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
