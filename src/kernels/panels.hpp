#pragma once

#include "kernels/tile.hpp"

/// The right-hand side of a product in panels: `panel_width` columns wide (the last one may be a single
/// vector), k rows long, the missing columns zero, so that the tile reads whole vectors in one stream.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Panel number i of a matrix of k rows and n columns.
template <class T>
struct Panel {
    int64_t first, cols, width, offset;

    Panel(int64_t i, int64_t k, int64_t n)
        : first(i * panel_width<T>),
          cols(n - first < panel_width<T> ? n - first : panel_width<T>),
          width(cols > lanes<T> ? panel_width<T> : lanes<T>),
          offset(first * k) {}
};

template <class T>
int64_t panel_count(int64_t n) {
    return (n + panel_width<T> - 1) / panel_width<T>;
}

template <class T>
int64_t panels_size(int64_t k, int64_t n) {
    return k * ((n + lanes<T> - 1) / lanes<T> * lanes<T>);
}

/// k rows of a panel from a matrix with rows `ld` apart.
template <class T>
void pack_rows(const T* b, int64_t ld, int64_t k, const Panel<T>& panel, T* to) {
    for (int64_t i = 0; i < k; ++i, b += ld, to += panel.width)
        for (int64_t j = 0; j < panel.width; j += lanes<T>) {
            const int64_t cols = panel.cols - j;
            load_cols(b + j, cols).store(to + j);
        }
}

/// The same as pack_rows from the transposed matrix: column j of the panel is b[j * ld + i]. Lines of b are
/// used up while they are in the cache.
template <class T>
void pack_cols(const T* b, int64_t ld, int64_t k, const Panel<T>& panel, T* to) {
    constexpr int64_t square = 4, line = 16;
    const int64_t whole_cols = panel.cols / square * square, whole_rows = k / square * square;
    for (int64_t first = 0; first < whole_rows; first += line)
        for (int64_t j = 0; j < whole_cols; j += square)
            for (int64_t i = first; i < whole_rows && i < first + line; i += square)
                native_transpose_square(b + j * ld + i, ld, to + i * panel.width + j, panel.width);
    for (int64_t i = whole_rows; i < k; ++i)
        for (int64_t j = 0; j < whole_cols; ++j) to[i * panel.width + j] = b[j * ld + i];
    for (int64_t j = whole_cols; j < panel.cols; ++j)
        for (int64_t i = 0; i < k; ++i) to[i * panel.width + j] = b[j * ld + i];
    for (int64_t j = panel.cols; j < panel.width; ++j)
        for (int64_t i = 0; i < k; ++i) to[i * panel.width + j] = T(0);
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
