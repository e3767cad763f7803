#include "kernels/families.hpp"
#include "kernels/parallel.hpp"
#include "kernels/simd.hpp"

namespace keratin::kernels::KERATIN_ISA {
namespace {

/// The real cells of one window: rows [top, bottom), columns [left, right) of the image. The geometry is such
/// that every window has some.
struct Window {
    int64_t top, bottom, left, right;

    KERATIN_INLINE int64_t cells() const { return (bottom - top) * (right - left); }
};

KERATIN_INLINE Window window_of(const Pool2D& p, int64_t oh, int64_t ow) {
    const int64_t top = oh * p.stride_h - p.pad_top, left = ow * p.stride_w - p.pad_left;
    return {larger(top, 0), smaller(top + p.window_h, p.in_h), larger(left, 0),
            smaller(left + p.window_w, p.in_w)};
}

/// Calls body(window, image, output cell) for every cell of the result, on any threads.
template <class Body>
KERATIN_INLINE void for_windows(const Context& context, const Pool2D& p, const Body& body) {
    const int64_t work = p.batch * p.out_h * p.out_w * p.channels * p.window_h * p.window_w;
    parallel_for(context, p.batch * p.out_h, work, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row)
            for (int64_t ow = 0; ow < p.out_w; ++ow)
                body(window_of(p, row % p.out_h, ow), row / p.out_h, row * p.out_w + ow);
    });
}

/// Channels that one task of a gradient owns: the windows overlap, so only images and channels can be shared
/// out.
constexpr int64_t strip = 64;

/// Calls body(image, first channel, count) for strips of channels of every image, on any threads.
template <class Body>
KERATIN_INLINE void for_strips(const Context& context, const Pool2D& p, int64_t work, const Body& body) {
    const int64_t strips = divide_up(p.channels, strip);
    parallel_for(context, p.batch * strips, work, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const int64_t first = i % strips * strip;
            body(i / strips, first, smaller(strip, p.channels - first));
        }
    });
}

/// Zeros in channels [first, first + count) of one image.
template <class T>
KERATIN_INLINE void clear(const Pool2D& p, T* image, int64_t first, int64_t count) {
    for (int64_t cell = 0; cell < p.in_h * p.in_w; ++cell)
        for (int64_t c = first; c < first + count; ++c) image[cell * p.channels + c] = T(0);
}

// -- max
// -----------------------------------------------------------------------------------------------------

/// Cell numbers travel in the lanes of the values, as bits that only select touches.
KERATIN_INLINE Vec<float> as_lanes(float, int64_t cell) {
    const int32_t bits = static_cast<int32_t>(cell);
    float lane;
    __builtin_memcpy(&lane, &bits, sizeof lane);
    return Vec<float>::broadcast(lane);
}
KERATIN_INLINE Vec<double> as_lanes(double, int64_t cell) {
    return Vec<double>::broadcast(static_cast<double>(cell));
}

KERATIN_INLINE void store_cells(int32_t* where, Vec<float> cells, int64_t n) {
    float lanes[Vec<float>::width];
    cells.store(lanes);
    for (int64_t i = 0; i < n; ++i) __builtin_memcpy(where + i, lanes + i, sizeof(float));
}
KERATIN_INLINE void store_cells(int32_t* where, Vec<double> cells, int64_t n) {
    double lanes[Vec<double>::width];
    cells.store(lanes);
    for (int64_t i = 0; i < n; ++i) where[i] = static_cast<int32_t>(lanes[i]);
}

template <class T>
KERATIN_INLINE Vec<T> load_up_to(const T* x, int64_t n) {
    return n == Vec<T>::width ? Vec<T>::load(x) : Vec<T>::load_n(x, n);
}

/// n channels of one window: the first maximum, or the first NaN.
template <bool want_where, class T>
KERATIN_INLINE void max_of_window(const Pool2D& p, const Window& w, const T* image, int64_t n, T* y,
                                  int32_t* where) {
    using V = Vec<T>;
    V best = load_up_to(image + (w.top * p.in_w + w.left) * p.channels, n);
    V cell = as_lanes(T(), w.top * p.in_w + w.left);
    for (int64_t ih = w.top; ih < w.bottom; ++ih) {
        for (int64_t iw = w.left; iw < w.right; ++iw) {
            const int64_t here = ih * p.in_w + iw;
            const V x = load_up_to(image + here * p.channels, n);
            const Mask<T> better = (x > best) | (is_nan(x) & (best == best));
            best = select(better, x, best);
            if constexpr (want_where) cell = select(better, as_lanes(T(), here), cell);
        }
    }
    best.store_n(y, n);
    if constexpr (want_where) store_cells(where, cell, n);
}

template <bool want_where, class T>
void max_pool(const Context& context, const Pool2D& p, const T* x, T* y, int32_t* where) {
    for_windows(context, p, [&](const Window& w, int64_t image, int64_t output) {
        const T* const from = x + image * p.in_h * p.in_w * p.channels;
        for (int64_t c = 0; c < p.channels; c += Vec<T>::width) {
            const int64_t n = smaller(Vec<T>::width, p.channels - c), at = output * p.channels + c;
            max_of_window<want_where>(p, w, from + c, n, y + at, want_where ? where + at : nullptr);
        }
    });
}

template <class T>
void max_pool2d(const Context& context, const Pool2D& p, const T* x, T* y, int32_t* where) {
    if (where)
        max_pool<true>(context, p, x, y, where);
    else
        max_pool<false>(context, p, x, y, where);
}

template <class T>
void max_pool2d_gradient(const Context& context, const Pool2D& p, const int32_t* where, const T* dy, T* dx) {
    const int64_t in = p.in_h * p.in_w, out = p.out_h * p.out_w;
    for_strips(context, p, p.batch * (in + 4 * out) * p.channels,
               [&](int64_t image, int64_t first, int64_t count) {
                   T* const to = dx + image * in * p.channels;
                   clear(p, to, first, count);
                   for (int64_t o = image * out; o < (image + 1) * out; ++o)
                       for (int64_t c = first; c < first + count; ++c)
                           to[where[o * p.channels + c] * p.channels + c] += dy[o * p.channels + c];
               });
}

template <class T>
void max_pool2d_gather(const Context& context, const Pool2D& p, const int32_t* where, const T* x, T* y) {
    const int64_t out = p.out_h * p.out_w;
    parallel_rows(context, p.batch * out, p.channels, 4, [&](int64_t begin, int64_t end) {
        for (int64_t o = begin; o < end; ++o) {
            const T* const from = x + o / out * p.in_h * p.in_w * p.channels;
            for (int64_t c = 0; c < p.channels; ++c)
                y[o * p.channels + c] = from[where[o * p.channels + c] * p.channels + c];
        }
    });
}

// -- average
// -------------------------------------------------------------------------------------------------

template <class T>
void avg_pool2d(const Context& context, const Pool2D& p, const T* x, T* y) {
    using V = Vec<T>;
    for_windows(context, p, [&](const Window& w, int64_t image, int64_t output) {
        const V cells = V::broadcast(static_cast<T>(w.cells()));
        for (int64_t c = 0; c < p.channels; c += V::width) {
            const int64_t n = smaller(V::width, p.channels - c);
            V sum = V::zero();
            for (int64_t ih = w.top; ih < w.bottom; ++ih)
                for (int64_t iw = w.left; iw < w.right; ++iw)
                    sum = sum + load_up_to(x + ((image * p.in_h + ih) * p.in_w + iw) * p.channels + c, n);
            (sum / cells).store_n(y + output * p.channels + c, n);
        }
    });
}

/// Adds n channels of one output cell's share to every cell of its window.
template <class T>
KERATIN_INLINE void add_to_window(const Pool2D& p, const Window& w, const T* dy, T* image, int64_t n) {
    using V = Vec<T>;
    const V share = load_up_to(dy, n) / V::broadcast(static_cast<T>(w.cells()));
    for (int64_t ih = w.top; ih < w.bottom; ++ih) {
        for (int64_t iw = w.left; iw < w.right; ++iw) {
            T* const to = image + (ih * p.in_w + iw) * p.channels;
            (load_up_to(to, n) + share).store_n(to, n);
        }
    }
}

template <class T>
void avg_pool2d_gradient(const Context& context, const Pool2D& p, const T* dy, T* dx) {
    const int64_t in = p.in_h * p.in_w, out = p.out_h * p.out_w;
    const int64_t work = p.batch * (in + out * p.window_h * p.window_w) * p.channels;
    for_strips(context, p, work, [&](int64_t image, int64_t first, int64_t count) {
        T* const to = dx + image * in * p.channels;
        clear(p, to, first, count);
        for (int64_t o = 0; o < out; ++o) {
            const Window w = window_of(p, o / p.out_w, o % p.out_w);
            const T* const from = dy + (image * out + o) * p.channels;
            for (int64_t c = first; c < first + count; c += Vec<T>::width)
                add_to_window(p, w, from + c, to + c, smaller(Vec<T>::width, first + count - c));
        }
    });
}

template <class T>
void fill_table(Table<T>& table) {
    table.max_pool2d = max_pool2d<T>;
    table.max_pool2d_gradient = max_pool2d_gradient<T>;
    table.max_pool2d_gather = max_pool2d_gather<T>;
    table.avg_pool2d = avg_pool2d<T>;
    table.avg_pool2d_gradient = avg_pool2d_gradient<T>;
}

}  // namespace

void fill_pool(Table<float>& table) {
    fill_table(table);
}
void fill_pool(Table<double>& table) {
    fill_table(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
