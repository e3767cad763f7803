#pragma once

#include "kernels/image.hpp"
#include "kernels/scratch.hpp"
#include "kernels/tile.hpp"

/// Rows of an NHWC image taken apart, so that columns can be the lanes: a plane for each channel, and in it
/// the even columns before the odd ones, counted from the first that a window reads. Zeros stand for what the
/// image lacks.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
class Planes {
public:
    /// For blocks of up to `rows` rows of windows with column stride 1.
    Planes(const Context& context, const Windows& windows, int64_t rows)
        : windows_(windows),
          left_(windows.cols.first(0)),
          wide_(windows.cols.end(windows.cols.out - 1) - left_),
          pitch_((wide_ + 1) / 2 + Vec<T>::width),
          memory_(context, windows.rows.span(rows) * row_size()) {}

    /// What windows [first, first + rows) read of an image.
    void fill(const T* image, int64_t first, int64_t rows) {
        const Axis& axis = windows_.rows;
        T* to = memory_.data();
        for (int64_t r = axis.first(first); r < axis.end(first + rows - 1); ++r, to += row_size()) {
            const bool inside = r >= 0 && r < axis.extent;
            const T* row = inside ? image + r * windows_.cols.extent * windows_.channels : nullptr;
            fill_row(row, to);
        }
    }

    /// Where window row `row` (of the block) begins.
    KERATIN_INLINE const T* row(int64_t row) const {
        return memory_.data() + row * windows_.rows.stride * row_size();
    }
    /// From there to every second column from `shift` taps on, in tap row kh.
    KERATIN_INLINE int64_t offset(int64_t kh, int64_t channel, int64_t shift) const {
        const int64_t col = shift / 2 + (shift % 2) * pitch_;
        return kh * windows_.rows.step * row_size() + channel * 2 * pitch_ + col;
    }

private:
    int64_t row_size() const { return windows_.channels * 2 * pitch_; }

    void fill_row(const T* row, T* to) const {
        clear(to, row_size());
        if (!row) return;
        const int64_t first = larger(left_, 0), last = smaller(left_ + wide_, windows_.cols.extent);
        if (first >= last) return;
        if (windows_.channels == 1) return split(row + first, last - first, first - left_, to);
        for (int64_t c = 0; c < windows_.channels; ++c, to += 2 * pitch_)
            for (int64_t col = first; col < last; ++col)
                to[(col - left_) % 2 * pitch_ + (col - left_) / 2] = row[col * windows_.channels + c];
    }
    /// `count` columns, the first of which is number `col` of the plane, to their halves.
    void split(const T* from, int64_t count, int64_t col, T* plane) const {
        T* starting = plane + col % 2 * pitch_ + col / 2;
        T* following = plane + (col + 1) % 2 * pitch_ + (col + 1) / 2;
        constexpr int64_t width = Vec<T>::width;
        for (int64_t i = 0; i < count; i += 2 * width, starting += width, following += width) {
            const Vec<T> a = load_cols(from + i, count - i);
            const Vec<T> b =
                count - i > width ? load_cols(from + i + width, count - i - width) : Vec<T>::zero();
            even_lanes(a, b).store(starting);
            odd_lanes(a, b).store(following);
        }
    }

    const Windows& windows_;
    int64_t left_, wide_, pitch_;
    Scratch<T> memory_;
};

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
