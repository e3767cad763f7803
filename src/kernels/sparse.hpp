#pragma once

#include "kernels/image.hpp"
#include "kernels/tile.hpp"

/// What reads and writes the windows of single outputs: the taps of a kernel row are `segment` contiguous
/// elements of an image row, cut into vectors; the lanes past its end meet zeros or are ignored, so an image
/// needs one vector more of memory behind it.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// A block of a kernel: some of its rows times some of the vectors of each.
struct Patch {
    int64_t row, vector;
};

/// Accumulators that a block of a kernel may take.
constexpr int most_accumulators = sizeof(Vec<float>) == 64 ? 20 : 10;

/// Calls visit.operator()<Rows, Vectors>(patch) for blocks that cover `rows` rows of `vectors` vectors each,
/// the largest that the registers hold. Which ones makes no difference to any sum.
template <class Visit>
void for_patches(int64_t rows, int64_t vectors, const Visit& visit) {
    const auto down = [&]<int Vectors>(int64_t vector) {
        int64_t row = 0;
        if constexpr (5 * Vectors <= most_accumulators)
            for (; row + 5 <= rows; row += 5) visit.template operator()<5, Vectors>(Patch{row, vector});
        if constexpr (3 * Vectors <= most_accumulators)
            for (; row + 3 <= rows; row += 3) visit.template operator()<3, Vectors>(Patch{row, vector});
        for (; row < rows; ++row) visit.template operator()<1, Vectors>(Patch{row, vector});
    };
    int64_t vector = 0;
    for (; vector + 4 <= vectors && rows % 5 != 0; vector += 4) down.template operator()<4>(vector);
    for (; vector + 2 <= vectors; vector += 2) down.template operator()<2>(vector);
    for (; vector < vectors; ++vector) down.template operator()<1>(vector);
}

/// An image as windows see it, with zeros around it where they reach beyond, rows `row` elements apart.
struct Frame {
    int64_t top, rows, row;

    explicit Frame(const Windows& windows)
        : top(windows.rows.first(0)),
          rows(windows.rows.end(windows.rows.out - 1) - top),
          row(windows.row()) {}

    /// With one vector behind it.
    template <class T>
    int64_t size() const {
        return rows * row + lanes<T>;
    }
};

/// A copy of an image in a frame.
template <class T>
void copy_into(const Frame& frame, const Windows& windows, const T* image, T* to) {
    const int64_t image_row = windows.cols.extent * windows.channels;
    for (int64_t r = frame.top; r < frame.top + frame.rows; ++r, to += frame.row)
        copy_row(windows, r >= 0 && r < windows.rows.extent ? image + r * image_row : nullptr, to);
    clear(to, lanes<T>);
}

/// Where the window of each of the four outputs of a square begins, from that of the first.
struct Square {
    int64_t offset[4];

    Square(const Windows& windows, const Frame& frame) {
        const int64_t down = windows.rows.stride * frame.row, right = windows.cols.stride * windows.channels;
        for (int64_t s = 0; s < 4; ++s) offset[s] = s / 2 * down + s % 2 * right;
    }
};

/// Where the window of output (0, 0) begins in a frame.
inline int64_t first_window(const Windows& windows) {
    return windows.inside() ? windows.cols.first(0) * windows.channels : 0;
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
