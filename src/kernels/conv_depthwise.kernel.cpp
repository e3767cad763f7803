#include "kernels/activate.hpp"
#include "kernels/conv_families.hpp"
#include "kernels/depthwise.hpp"
#include "kernels/parallel.hpp"

/// The depthwise convolution and its input gradient. A tile is a few pixels of the result, one vector of
/// channels of each in registers: what it reads is loaded once and goes to every pixel it belongs to, in an
/// order that gives each the chain of its taps. What lies outside the image is left out.
namespace keratin::kernels::KERATIN_ISA {
namespace {

constexpr int rows_of_tile = sizeof(Vec<float>) == 64 ? 4 : 2, cols_of_tile = 4;

/// How a tile of y reads x, along one axis: pixel r reads places r * Stride + tap.
template <int Stride>
struct Forward {
    static constexpr int reads(int pixels) { return (pixels - 1) * Stride + depthwise_taps; }
    static constexpr int tap(int read, int pixel) { return read - pixel * Stride; }
    static int64_t first_tile(int64_t) { return 0; }
    static int64_t first_read(int64_t pixel, int64_t pad) { return pixel * Stride - pad; }
};

/// How a tile of dx reads dy. Tiles begin where the first tap of a window lies, if need be before the image.
template <int Stride>
struct Backward {
    static constexpr int before = (depthwise_taps - 1) / Stride;
    static constexpr int reads(int pixels) { return (pixels - 1) / Stride + before + 1; }
    static constexpr int tap(int read, int pixel) { return pixel - (read - before) * Stride; }
    static int64_t first_tile(int64_t pad) { return -(pad % Stride); }
    static int64_t first_read(int64_t pixel, int64_t pad) { return (pixel + pad) / Stride - before; }
};

template <class T>
struct Job {
    int64_t batch, channels;
    int64_t in_h, in_w, out_h, out_w;  ///< of what is read and of the result
    int64_t pad_top, pad_left;
    const T* source;
    const T* kernel;
    const T* bias;  ///< or null
    T* out;
    Activation activation;
    bool add;

    int64_t work() const { return 2 * batch * out_h * out_w * channels * depthwise_taps * depthwise_taps; }
};

/// Where a tile lies: offsets in the image of its first read and first pixel, and what of both there is.
template <class T>
struct Spot {
    const T* source;  ///< the image
    T* out;
    int64_t read, pixel;
    int64_t read_row, pixel_row, channels;
    unsigned read_rows, read_cols, pixel_rows, pixel_cols;
};

/// Bias, old value and ReLU, then the store.
template <bool Edge, bool Whole, class T>
KERATIN_INLINE void finish(const Job<T>& job, const Spot<T>& spot, int64_t channel, int64_t n,
                           Vec<T> (&sum)[rows_of_tile][cols_of_tile]) {
    T* const out = spot.out;
    const int64_t first = spot.pixel + channel, row = spot.pixel_row, next = spot.channels;
    const unsigned rows = spot.pixel_rows, cols = spot.pixel_cols;
    const bool relu = job.activation == Activation::relu;
    const auto each = [&](bool there, const auto& body) KERATIN_INLINE_BODY {
#pragma GCC unroll 16
        for (int r = 0; r < rows_of_tile; ++r)
#pragma GCC unroll 16
            for (int c = 0; c < cols_of_tile; ++c)
                if (!Edge || !there || (has(rows, r) && has(cols, c)))
                    body(sum[r][c], first + (r * row + c * next));
    };
    if (job.bias) {
        const Vec<T> bias = load_channels<Whole>(job.bias + channel, n);
        each(false, [&](Vec<T>& x, int64_t) { x = x + bias; });
    }
    if (job.add) each(true, [&](Vec<T>& x, int64_t at) { x = load_channels<Whole>(out + at, n) + x; });
    if (relu) each(false, [&](Vec<T>& x, int64_t) { x = max(Vec<T>::zero(), x); });
    each(true, [&](Vec<T>& x, int64_t at) { store_channels<Whole>(x, out + at, n); });
}

/// n channels of a tile, a vector of them when Whole. Edge: some of what it would read or write is not there.
template <class Taps, bool Edge, bool Whole, class T>
KERATIN_INLINE void tile(const Job<T>& job, const Spot<T>& spot, int64_t channel, int64_t n) {
    constexpr int read_rows = Taps::reads(rows_of_tile), read_cols = Taps::reads(cols_of_tile);
    Vec<T> weight[depthwise_taps][depthwise_taps];
#pragma GCC unroll 4
    for (int kh = 0; kh < depthwise_taps; ++kh)
#pragma GCC unroll 4
        for (int kw = 0; kw < depthwise_taps; ++kw)
            weight[kh][kw] =
                load_channels<Whole>(job.kernel + (kh * depthwise_taps + kw) * job.channels + channel, n);
    const int64_t first = spot.read + channel, row = spot.read_row, next = spot.channels;
    Vec<T> sum[rows_of_tile][cols_of_tile];
#pragma GCC unroll 16
    for (int r = 0; r < rows_of_tile; ++r)
#pragma GCC unroll 16
        for (int c = 0; c < cols_of_tile; ++c) sum[r][c] = Vec<T>::zero();
#pragma GCC unroll 16
    for (int i = 0; i < read_rows; ++i) {
        if (Edge && !has(spot.read_rows, i)) continue;
#pragma GCC unroll 16
        for (int j = 0; j < read_cols; ++j) {
            if (Edge && !has(spot.read_cols, j)) continue;
            const Vec<T> x = load_channels<Whole>(spot.source + (first + i * row + j * next), n);
#pragma GCC unroll 16
            for (int r = 0; r < rows_of_tile; ++r)
#pragma GCC unroll 16
                for (int c = 0; c < cols_of_tile; ++c) {
                    const int kh = Taps::tap(i, r), kw = Taps::tap(j, c);
                    if (is_tap(kh, kw)) sum[r][c] = fmadd(x, weight[kh][kw], sum[r][c]);
                }
        }
    }
    finish<Edge, Whole>(job, spot, channel, n, sum);
}

template <class Taps, bool Edge, class T>
void tile_channels(const Job<T>& job, const Spot<T>& spot) {
    int64_t channel = 0;
    for (; channel + lanes<T> <= job.channels; channel += lanes<T>)
        tile<Taps, Edge, true>(job, spot, channel, lanes<T>);
    if (channel < job.channels) tile<Taps, true, false>(job, spot, channel, job.channels - channel);
}

/// The tiles of one band of an image: rows [row, row + rows_of_tile) of the result, as far as there are such.
template <class Taps, class T>
void band(const Job<T>& job, int64_t image, int64_t row) {
    constexpr int reads_h = Taps::reads(rows_of_tile), reads_w = Taps::reads(cols_of_tile);
    Spot<T> spot{};
    spot.source = job.source + image * job.in_h * job.in_w * job.channels;
    spot.out = job.out + image * job.out_h * job.out_w * job.channels;
    spot.channels = job.channels;
    spot.read_row = job.in_w * job.channels;
    spot.pixel_row = job.out_w * job.channels;
    const int64_t read_row = Taps::first_read(row, job.pad_top);
    spot.read_rows = inside(read_row, reads_h, job.in_h);
    spot.pixel_rows = inside(row, rows_of_tile, job.out_h);
    const bool edge = spot.read_rows != all(reads_h) || spot.pixel_rows != all(rows_of_tile);
    for (int64_t col = Taps::first_tile(job.pad_left); col < job.out_w; col += cols_of_tile) {
        const int64_t read_col = Taps::first_read(col, job.pad_left);
        spot.read = (read_row * job.in_w + read_col) * job.channels;
        spot.pixel = (row * job.out_w + col) * job.channels;
        spot.read_cols = inside(read_col, reads_w, job.in_w);
        spot.pixel_cols = inside(col, cols_of_tile, job.out_w);
        if (edge || spot.read_cols != all(reads_w) || spot.pixel_cols != all(cols_of_tile))
            tile_channels<Taps, true>(job, spot);
        else
            tile_channels<Taps, false>(job, spot);
    }
    if (needs_pass(job.activation)) {
        const int64_t first = larger(row, 0), last = smaller(row + rows_of_tile, job.out_h);
        activate(job.activation, spot.out + first * spot.pixel_row, (last - first) * spot.pixel_row);
    }
}

template <class Taps, class T>
void run(const Context& context, const Job<T>& job) {
    const int64_t first = Taps::first_tile(job.pad_top);
    const int64_t bands = divide_up(job.out_h - first, rows_of_tile);
    if (job.out_w == 0 || job.out_h == 0) return;
    parallel_for(context, job.batch * bands, job.work(), [&](int64_t begin, int64_t end) {
        for (int64_t task = begin; task < end; ++task)
            band<Taps>(job, task / bands, first + task % bands * rows_of_tile);
    });
}

template <class T>
void forward(const Context& context, const Conv2D& conv, const T* x, const T* kernel, const T* bias,
             Activation activation, T* y) {
    const Job<T> job{conv.batch,    conv.in_c, conv.in_h, conv.in_w, conv.out_h, conv.out_w, conv.pad_top,
                     conv.pad_left, x,         kernel,    bias,      y,          activation, false};
    conv.stride_h == 1 ? run<Forward<1>>(context, job) : run<Forward<2>>(context, job);
}

template <class T>
void input_gradient(const Context& context, const Conv2D& conv, const T* dy, const T* kernel, T* dx,
                    bool accumulate) {
    const Job<T> job{conv.batch, conv.in_c,    conv.out_h,       conv.out_w, conv.in_h,
                     conv.in_w,  conv.pad_top, conv.pad_left,    dy,         kernel,
                     nullptr,    dx,           Activation::none, accumulate};
    conv.stride_h == 1 ? run<Backward<1>>(context, job) : run<Backward<2>>(context, job);
}

}  // namespace

void conv_depthwise(const Context& context, const Conv2D& conv, const float* x, const float* kernel,
                    const float* bias, Activation activation, float* y) {
    forward(context, conv, x, kernel, bias, activation, y);
}
void conv_depthwise(const Context& context, const Conv2D& conv, const double* x, const double* kernel,
                    const double* bias, Activation activation, double* y) {
    forward(context, conv, x, kernel, bias, activation, y);
}
void conv_depthwise_input_gradient(const Context& context, const Conv2D& conv, const float* dy,
                                   const float* kernel, float* dx, bool accumulate) {
    input_gradient(context, conv, dy, kernel, dx, accumulate);
}
void conv_depthwise_input_gradient(const Context& context, const Conv2D& conv, const double* dy,
                                   const double* kernel, double* dx, bool accumulate) {
    input_gradient(context, conv, dy, kernel, dx, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
