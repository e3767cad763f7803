#include <algorithm>
#include <cmath>

#include "kernels/reference/families.hpp"

namespace keratin::kernels::reference {
namespace {

/// Calls visit(output element, input element, row-major cell of the image) for every real cell of every
/// window.
template <class Visit>
void visit_windows(const Pool2D& p, Visit visit) {
    for (int64_t b = 0; b < p.batch; ++b)
        for (int64_t oh = 0; oh < p.out_h; ++oh)
            for (int64_t ow = 0; ow < p.out_w; ++ow)
                for (int64_t c = 0; c < p.channels; ++c)
                    for (int64_t kh = 0; kh < p.window_h; ++kh)
                        for (int64_t kw = 0; kw < p.window_w; ++kw) {
                            const int64_t ih = oh * p.stride_h - p.pad_top + kh;
                            const int64_t iw = ow * p.stride_w - p.pad_left + kw;
                            if (ih < 0 || ih >= p.in_h || iw < 0 || iw >= p.in_w) continue;
                            const int64_t cell = ih * p.in_w + iw;
                            visit(((b * p.out_h + oh) * p.out_w + ow) * p.channels + c,
                                  (b * p.in_h * p.in_w + cell) * p.channels + c, cell);
                        }
}

/// How many real cells the window of output element `output` has.
int64_t real_cells(const Pool2D& p, int64_t output) {
    const int64_t ow = output / p.channels % p.out_w, oh = output / p.channels / p.out_w % p.out_h;
    const int64_t top = oh * p.stride_h - p.pad_top, left = ow * p.stride_w - p.pad_left;
    const int64_t height = std::min(top + p.window_h, p.in_h) - std::max<int64_t>(top, 0);
    const int64_t width = std::min(left + p.window_w, p.in_w) - std::max<int64_t>(left, 0);
    return height * width;
}

int64_t inputs(const Pool2D& p) {
    return p.batch * p.in_h * p.in_w * p.channels;
}
int64_t outputs(const Pool2D& p) {
    return p.batch * p.out_h * p.out_w * p.channels;
}
/// The input element that cell `cell` is, for the image and channel of output element `output`.
int64_t input_of(const Pool2D& p, int64_t output, int64_t cell) {
    const int64_t image = output / (p.out_h * p.out_w * p.channels);
    return (image * p.in_h * p.in_w + cell) * p.channels + output % p.channels;
}

template <class T>
void max_pool2d(const Context&, const Pool2D& p, const T* x, T* y, int32_t* where) {
    int64_t current = -1;
    visit_windows(p, [&](int64_t output, int64_t input, int64_t cell) {
        const bool first = output != current;
        current = output;
        const bool better = first || x[input] > y[output] || (std::isnan(x[input]) && !std::isnan(y[output]));
        if (!better) return;
        y[output] = x[input];
        if (where) where[output] = static_cast<int32_t>(cell);
    });
}

template <class T>
void max_pool2d_gradient(const Context&, const Pool2D& p, const int32_t* where, const T* dy, T* dx) {
    std::fill(dx, dx + inputs(p), T(0));
    for (int64_t o = 0; o < outputs(p); ++o) dx[input_of(p, o, where[o])] += dy[o];
}

template <class T>
void max_pool2d_gather(const Context&, const Pool2D& p, const int32_t* where, const T* x, T* y) {
    for (int64_t o = 0; o < outputs(p); ++o) y[o] = x[input_of(p, o, where[o])];
}

template <class T>
void avg_pool2d(const Context&, const Pool2D& p, const T* x, T* y) {
    std::fill(y, y + outputs(p), T(0));
    visit_windows(p, [&](int64_t output, int64_t input, int64_t) { y[output] += x[input]; });
    for (int64_t o = 0; o < outputs(p); ++o) y[o] /= static_cast<T>(real_cells(p, o));
}

template <class T>
void avg_pool2d_gradient(const Context&, const Pool2D& p, const T* dy, T* dx) {
    std::fill(dx, dx + inputs(p), T(0));
    visit_windows(p, [&](int64_t output, int64_t input, int64_t) {
        dx[input] += dy[output] / static_cast<T>(real_cells(p, output));
    });
}

}  // namespace

template <class T>
void fill_pool(Table<T>& table) {
    table.max_pool2d = max_pool2d<T>;
    table.max_pool2d_gradient = max_pool2d_gradient<T>;
    table.max_pool2d_gather = max_pool2d_gather<T>;
    table.avg_pool2d = avg_pool2d<T>;
    table.avg_pool2d_gradient = avg_pool2d_gradient<T>;
}

template void fill_pool(Table<float>&);
template void fill_pool(Table<double>&);

}  // namespace keratin::kernels::reference
