#pragma once

#include "kernels/image.hpp"
#include "kernels/scratch.hpp"
#include "kernels/winograd.hpp"

/// The images that Winograd's transforms read and write, tile by tile.
namespace keratin::kernels::KERATIN_ISA {
namespace {

namespace winograd {

/// NHWC, with channels that fill whole vectors.
template <class T>
struct Image {
    T* data;
    int64_t h, w, channels;
};

/// Tiles of 4x4 outputs, numbered image by image and row by row.
struct Tiles {
    int64_t batch, rows, cols;

    int64_t count() const { return batch * rows * cols; }
};

inline Tiles tiles_over(int64_t batch, int64_t h, int64_t w) {
    return {batch, divide_up(h, outputs), divide_up(w, outputs)};
}

struct Place {
    int64_t image, row, col;  ///< of the first output
};

inline Place place_of(const Tiles& tiles, int64_t t) {
    const int64_t in_image = t % (tiles.rows * tiles.cols);
    return {t / (tiles.rows * tiles.cols), in_image / tiles.cols * outputs, in_image % tiles.cols * outputs};
}

/// Where the pixels of a square lie; those beyond the image are at `zeros`.
template <int Side, class T>
void find_pixels(const Image<const T>& image, int64_t n, int64_t top, int64_t left, const T* zeros,
                 const T* (&at)[Side * Side]) {
    for (int i = 0; i < Side; ++i) {
        const bool row_inside = top + i >= 0 && top + i < image.h;
        const T* row = image.data + ((n * image.h + (row_inside ? top + i : 0)) * image.w) * image.channels;
        for (int j = 0; j < Side; ++j) {
            const bool inside = row_inside && left + j >= 0 && left + j < image.w;
            at[i * Side + j] = inside ? row + (left + j) * image.channels : zeros;
        }
    }
}

/// Elements from one coefficient to the next: whole cache lines, and never a multiple of a page, which would
/// put all 36 into one set of the cache.
template <class T>
int64_t coefficient_step(int64_t count) {
    constexpr int64_t line = 64 / static_cast<int64_t>(sizeof(T));
    return (divide_up(count, line) | 1) * line;
}

/// The coefficients of `count` tiles: channels in groups, a group's tiles one after the other.
template <class T>
struct Coefficients {
    T* data;
    int64_t count, channels, group;

    int64_t step() const { return coefficient_step<T>(count * channels); }
    static int64_t size(int64_t count, int64_t channels) {
        return points * coefficient_step<T>(count * channels);
    }
    /// Coefficient 0 of tile t, channel c; the next channels of the group follow, the next tile is
    /// group_width(c) away.
    T* at(int64_t t, int64_t c) const {
        const int64_t first = c / group * group;
        return data + first * count + t * group_width(c) + c - first;
    }
    int64_t group_width(int64_t c) const { return smaller(group, channels - c / group * group); }
};

/// Squares of tiles [first, last) of an image, each `above` and `before` its tile's first output, to the
/// coefficients of tiles first - origin and on.
template <class Transform, class T>
void gather_tiles(const Context& context, const Image<const T>& image, const Tiles& tiles, int64_t above,
                  int64_t before, int64_t first, int64_t last, const Coefficients<T>& to, int64_t origin) {
    constexpr int side = Transform::in;
    const int64_t step = to.step();
    const Scratch<T> zeros(context, image.channels);
    clear(zeros.data(), image.channels);
    for (int64_t t = first; t < last; ++t) {
        const Place place = place_of(tiles, t);
        const T* pixels[side * side];
        find_pixels<side, T>(image, place.image, place.row - above, place.col - before, zeros.data(), pixels);
        for (int64_t c = 0; c < image.channels; c += Vec<T>::width) {
            T* out = to.at(t - origin, c);
            both_axes<Transform, T>(
                [&](int i, int j) KERATIN_INLINE_BODY { return Vec<T>::load(pixels[i * side + j] + c); },
                [&](int i, int j, Vec<T> x) KERATIN_INLINE_BODY { x.store(out + (i * inputs + j) * step); });
        }
    }
}

}  // namespace winograd

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
