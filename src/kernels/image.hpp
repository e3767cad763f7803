#pragma once

#include "kernels/kernels.hpp"
#include "kernels/parallel.hpp"
#include "kernels/simd.hpp"

/// Reading an NHWC image through windows that reach beyond its edges.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Windows along one axis: window o (of `out`) reads o * stride + offset + i * step for i in [0, count), of
/// an image that has `extent`.
struct Axis {
    int64_t extent, out, stride, offset, step, count;

    int64_t first(int64_t o) const { return o * stride + offset; }
    /// One past the last place that window o reads.
    int64_t end(int64_t o) const { return first(o) + (count - 1) * step + 1; }
    /// Places from the first to the last that `windows` neighbours read.
    int64_t span(int64_t windows) const { return (windows - 1) * stride + (count - 1) * step + 1; }
    bool inside() const { return first(0) >= 0 && end(out - 1) <= extent; }
};

/// A grid of windows over images of `channels`.
struct Windows {
    Axis rows, cols;
    int64_t channels;

    int64_t taps() const { return rows.count * cols.count; }
    int64_t pixels() const { return rows.out * cols.out; }
    int64_t image() const { return rows.extent * cols.extent * channels; }
    /// Whether the images can be read where they lie.
    bool inside() const { return taps() == 0 || pixels() == 0 || (rows.inside() && cols.inside()); }

    /// Columns and elements of a row of pixels as the windows see it, beginning at column left().
    int64_t left() const { return inside() ? 0 : cols.first(0); }
    int64_t wide() const { return inside() ? cols.extent : cols.end(cols.out - 1) - left(); }
    int64_t row() const { return wide() * channels; }
    /// Elements that the copy of `block` rows of windows takes; none when the images are read in place.
    int64_t copy_size(int64_t block) const { return inside() ? 0 : rows.span(block) * row(); }
};

inline Windows windows_of(const Conv2D& conv) {
    return {{conv.in_h, conv.out_h, conv.stride_h, -conv.pad_top, conv.dilation_h, conv.kernel_h},
            {conv.in_w, conv.out_w, conv.stride_w, -conv.pad_left, conv.dilation_w, conv.kernel_w},
            conv.in_c};
}

template <class T>
void copy(const T* from, int64_t n, T* to) {
    __builtin_memcpy(to, from, static_cast<size_t>(n) * sizeof(T));
}
template <class T>
void clear(T* to, int64_t n) {
    __builtin_memset(to, 0, static_cast<size_t>(n) * sizeof(T));
}

/// The same for rows of an image, which may be too short to call a function for.
template <class T>
KERATIN_INLINE void copy_short(const T* from, int64_t n, T* to) {
    constexpr int64_t width = Vec<T>::width;
    int64_t i = 0;
    for (; i + width <= n; i += width) Vec<T>::load(from + i).store(to + i);
    Vec<T>::load_n(from + i, n - i).store_n(to + i, n - i);
}
template <class T>
KERATIN_INLINE void clear_short(T* to, int64_t n) {
    constexpr int64_t width = Vec<T>::width;
    int64_t i = 0;
    for (; i + width <= n; i += width) Vec<T>::zero().store(to + i);
    Vec<T>::zero().store_n(to + i, n - i);
}

/// One row of pixels (of an image row, or of nothing: null) with zeros for what is not there.
template <class T>
void copy_row(const Windows& windows, const T* from, T* to) {
    const int64_t c = windows.channels, left = windows.left(), right = left + windows.wide();
    const int64_t first = larger(left, 0), last = smaller(right, windows.cols.extent);
    if (!from || first >= last) return clear_short(to, (right - left) * c);
    clear_short(to, (first - left) * c);
    copy_short(from + first * c, (last - first) * c, to + (first - left) * c);
    clear_short(to + (last - left) * c, (right - last) * c);
}

/// The top left pixel of window (first, 0) where windows [first, last) can be read without leaving memory: in
/// the image itself, or in a copy with zeros around it.
template <class T>
const T* corner(const Windows& windows, const T* image, int64_t first, int64_t last, T* memory) {
    const Axis& rows = windows.rows;
    const int64_t top = rows.first(first), row = windows.cols.extent * windows.channels;
    if (windows.taps() == 0) return image;
    if (windows.inside()) return image + top * row + windows.cols.first(0) * windows.channels;
    T* to = memory;
    for (int64_t r = top; r < rows.end(last - 1); ++r, to += windows.row())
        copy_row(windows, r >= 0 && r < rows.extent ? image + r * row : nullptr, to);
    return memory;
}

/// How the rows of an image are cut.
struct Blocks {
    int64_t rows, count;
};

/// Blocks that stay in the second-level cache, and enough of them to share when the batch is small. Their
/// rows are a multiple of `together`.
inline Blocks blocks_of(const Windows& windows, int64_t batch, int64_t pixel_bytes, int64_t work,
                        int64_t together = 1) {
    constexpr int64_t cache = 192 * 1024, enough = 16, small_task = 1 << 20;
    const int64_t row_bytes = windows.rows.stride * windows.cols.out * windows.cols.stride * pixel_bytes;
    const int64_t fit = larger(1, cache / larger(row_bytes, 1));
    const int64_t tasks = larger(1, smaller(enough, work / small_task));
    const int64_t even = larger(1, divide_up(windows.rows.out * batch, tasks));
    const int64_t rows = smaller(divide_up(smaller(fit, even), together) * together, windows.rows.out);
    return {rows, divide_up(windows.rows.out, rows)};
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
