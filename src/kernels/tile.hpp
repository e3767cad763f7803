#pragma once

#include "kernels/simd.hpp"

/// The one kernel under every product, convolution and gradient: a few rows times a panel of one or two
/// vectors of columns, held in registers. Columns are the lanes and the sum runs over k alone, so an element
/// is one chain of fused multiply-adds in the order of k, whatever the tile, the vector width or the thread.
namespace keratin::kernels::KERATIN_ISA {

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
    bool resume;             ///< the chain goes on from c's old value, instead of from 0
    int64_t a_next, c_next;  ///< paired: from the first row of a pair to the second
};

/// How a tile reads its operands.
enum class Form {
    padded,    ///< b holds whole vectors
    masked,    ///< the last vector of b is cut off after `cols`
    lanewise,  ///< as masked, and each lane has its own a: a[r][... + j] in place of a[r][...]
    paired,    ///< as padded, and a and c point to pairs of rows: pointers to all would not fit in registers
};

template <class T>
using Tile = void (*)(const Product<T>&, const T* const* a, T* const* c);

/// The smallest tile of 1, 2 or 8 vectors that holds so many rows; with 8 there is one row.
void find_tile(Form, int vectors, int rows, Tile<float>&);
void find_tile(Form, int vectors, int rows, Tile<double>&);

namespace {

template <class T>
constexpr int64_t lanes = Vec<T>::width;

template <class T>
constexpr int64_t panel_width = 2 * lanes<T>;

constexpr int register_bytes = sizeof(Vec<float>);

/// Whether there are so many registers for sums that those for pointers are the fewer ones.
constexpr bool has_pairs = register_bytes == 64;

/// Rows of a full tile for panels of so many vectors: as many as the registers hold.
template <int Vectors, bool Pairs = false>
constexpr int tile_rows() {
    if constexpr (Pairs) return Vectors == 1 ? 20 : 14;
    if constexpr (Vectors == 1) return register_bytes == 64 ? 12 : 8;
    if constexpr (Vectors == 2) return register_bytes == 64 ? 12 : register_bytes == 32 ? 6 : 4;
    return 1;
}

constexpr int64_t no_offset = 0;

/// A plain product of `depth` terms, whose right-hand side and columns are still to be named.
template <class T>
Product<T> plain_product(int64_t depth, int64_t a_step) {
    Product<T> p{};
    p.taps = &no_offset;
    p.tap_count = 1;
    p.depth = depth;
    p.a_step = a_step;
    return p;
}

template <class T>
KERATIN_INLINE Vec<T> load_cols(const T* p, int64_t cols) {
    return cols >= lanes<T> ? Vec<T>::load(p) : Vec<T>::load_n(p, cols);
}

template <class T>
KERATIN_INLINE void store_cols(Vec<T> x, T* p, int64_t cols) {
    cols >= lanes<T> ? x.store(p) : x.store_n(p, cols);
}

/// All `rows` rows of a panel of so many vectors; walk(a, c) yields the pointers of the next row or pair.
template <int Vectors, bool Pairs = false, class T, class Walk>
void sweep_panel(Form form, const Product<T>& p, int64_t rows, Walk& walk) {
    constexpr int step = Pairs ? 2 : 1, most = tile_rows<Vectors, Pairs>(), places = most / step;
    const int left = static_cast<int>(rows % most);
    Tile<T> full{}, last{};
    if (rows >= most) find_tile(form, Vectors, most, full);
    if (left > 0) find_tile(form, Vectors, left, last);
    for (int64_t done = 0; done < rows; done += most) {
        const int count = rows - done < most ? static_cast<int>(rows - done) / step : places;
        const T* a[places];
        T* c[places];
        for (int r = 0; r < count; ++r) walk(a[r], c[r]);
        for (int r = count; r < places; ++r) {
            a[r] = a[count - 1];
            c[r] = c[count - 1];
        }
        (count == places ? full : last)(p, a, c);
    }
}

/// All rows of a panel up to `panel_width` wide (of one vector when lanewise).
template <class T, class Walk>
void sweep(Form form, const Product<T>& p, int64_t rows, Walk walk) {
    if (form == Form::masked && p.cols % lanes<T> == 0) form = Form::padded;
    p.cols > lanes<T> ? sweep_panel<2>(form, p, rows, walk) : sweep_panel<1>(form, p, rows, walk);
}

/// The same where every two rows lie as far apart; walk(a, c) yields the first of each two.
template <class T, class Walk>
void sweep_pairs(const Product<T>& p, int64_t rows, Walk walk) {
    p.cols > lanes<T> ? sweep_panel<2, true>(Form::paired, p, rows, walk)
                      : sweep_panel<1, true>(Form::paired, p, rows, walk);
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
