#include "kernels/activate.hpp"
#include "kernels/conv_families.hpp"
#include "kernels/image.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/tile.hpp"

/// y = activation(conv(x, kernel) + bias) for a few filters, which would leave most lanes empty: the lanes
/// are columns of the output. Each channel of the input becomes a plane of its own, with zeros around; the
/// outputs are put back channels last. Every output is the same chain as in conv_forward.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct Job {
    const Conv2D& conv;
    Windows windows;
    const T* weights;        ///< (taps and channels, Filters), with zeros for filters that are not there
    const T* bias;           ///< (Filters)
    const int64_t* offsets;  ///< of every tap and channel from a window's first
    bool relu;

    int64_t terms() const { return windows.taps() * conv.in_c; }
    int64_t vectors() const { return divide_up(conv.out_w, lanes<T>); }
    /// Columns of a plane: what whole vectors of windows read.
    int64_t pitch() const { return vectors() * lanes<T> + (conv.kernel_w - 1) * conv.dilation_w; }
    int64_t row() const { return conv.in_c * pitch(); }
    int64_t planes_size(int64_t rows) const { return windows.rows.span(rows) * row(); }
    int64_t work() const { return 2 * conv.batch * windows.pixels() * terms() * conv.out_c; }
};

template <class T>
void find_offsets(const Job<T>& job, int64_t* offset) {
    const Conv2D& conv = job.conv;
    for (int64_t kh = 0; kh < conv.kernel_h; ++kh)
        for (int64_t kw = 0; kw < conv.kernel_w; ++kw)
            for (int64_t c = 0; c < conv.in_c; ++c)
                *offset++ = kh * conv.dilation_h * job.row() + c * job.pitch() + kw * conv.dilation_w;
}

/// The planes of one row of pixels; null is a row of nothing.
template <class T>
void split_row(const Job<T>& job, const T* from, T* to) {
    const int64_t channels = job.conv.in_c, left = job.windows.cols.first(0);
    const int64_t first = larger(left, 0);
    const int64_t last = smaller(job.windows.cols.end(job.conv.out_w - 1), job.conv.in_w);
    clear(to, job.row());
    if (!from || first >= last) return;
    from += first * channels;
    to += first - left;
    if (channels == 1) return copy(from, last - first, to);
    for (int64_t c = 0; c < channels; ++c, ++from, to += job.pitch())
        for (int64_t i = 0; i < last - first; ++i) to[i] = from[i * channels];
}

/// What windows [first, last) read of an image.
template <class T>
void split(const Job<T>& job, const T* image, int64_t first, int64_t last, T* to) {
    const Axis& rows = job.windows.rows;
    for (int64_t r = rows.first(first); r < rows.end(last - 1); ++r, to += job.row())
        split_row(job, r >= 0 && r < rows.extent ? image + r * job.conv.in_w * job.conv.in_c : nullptr, to);
}

/// The sums of some filters at some vectors of columns, whose windows begin at `at`.
template <int Filters, int Vectors, class T>
KERATIN_INLINE void convolve(const Job<T>& job, const T* const (&at)[Vectors],
                             Vec<T> (&sum)[Filters][Vectors]) {
#pragma GCC unroll 8
    for (int f = 0; f < Filters; ++f)
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) sum[f][v] = Vec<T>::zero();
    const T* weight = job.weights;
    const int64_t terms = job.terms();
    for (int64_t k = 0; k < terms; ++k, weight += Filters) {
        Vec<T> x[Vectors];
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) x[v] = Vec<T>::load(at[v] + job.offsets[k]);
#pragma GCC unroll 8
        for (int f = 0; f < Filters; ++f) {
            const Vec<T> w = Vec<T>::broadcast(weight[f]);
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v) sum[f][v] = fmadd(x[v], w, sum[f][v]);
        }
    }
#pragma GCC unroll 8
    for (int f = 0; f < Filters; ++f)
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) {
            if (job.bias) sum[f][v] = sum[f][v] + Vec<T>::broadcast(job.bias[f]);
            if (job.relu) sum[f][v] = max(Vec<T>::zero(), sum[f][v]);
        }
}

/// `count` pixels of `out_c` filters.
template <int Filters, class T>
KERATIN_INLINE void store_pixels(const T (&value)[Filters][lanes<T>], int64_t count, int64_t out_c, T* y) {
    if (out_c == Filters) {
        for (int64_t j = 0; j < count; ++j, y += Filters)
#pragma GCC unroll 8
            for (int f = 0; f < Filters; ++f) y[f] = value[f][j];
    } else {
        for (int64_t j = 0; j < count; ++j, y += out_c)
            for (int64_t f = 0; f < out_c; ++f) y[f] = value[f][j];
    }
}

/// `rows` rows of windows, as many vectors of columns at a time as the registers hold sums.
template <int Filters, int Vectors, class T>
void convolve_rows(const Job<T>& job, const T* planes, int64_t rows, T* y) {
    const int64_t vectors = job.vectors(), count = rows * vectors, down = job.conv.stride_h * job.row();
    for (int64_t first = 0; first < count; first += Vectors) {
        const T* at[Vectors];
        for (int v = 0; v < Vectors; ++v) {
            const int64_t i = smaller(first + v, count - 1);
            at[v] = planes + i / vectors * down + i % vectors * lanes<T>;
        }
        Vec<T> sum[Filters][Vectors];
        convolve(job, at, sum);
        for (int v = 0; v < Vectors && first + v < count; ++v) {
            T value[Filters][lanes<T>];
#pragma GCC unroll 8
            for (int f = 0; f < Filters; ++f) sum[f][v].store(value[f]);
            const int64_t row = (first + v) / vectors, col = (first + v) % vectors * lanes<T>;
            store_pixels(value, smaller(lanes<T>, job.conv.out_w - col), job.conv.out_c,
                         y + (row * job.conv.out_w + col) * job.conv.out_c);
        }
    }
}

/// How many filters a tile has, and what convolves with it.
template <class T>
struct Shape {
    int64_t filters;
    void (*rows)(const Job<T>&, const T* planes, int64_t rows, T* y);
};

template <class T>
Shape<T> shape_for(int64_t filters) {
    if (filters <= 1) return {1, convolve_rows<1, 8, T>};
    if (filters <= 2) return {2, convolve_rows<2, 5, T>};
    if (filters <= 3) return {3, convolve_rows<3, 3, T>};
    if (filters <= 4) return {4, convolve_rows<4, 3, T>};
    if (filters <= 6) return {6, convolve_rows<6, 2, T>};
    return {8, convolve_rows<8, 2, T>};
}

template <class T>
void forward(const Context& context, const Conv2D& conv, const T* x, const T* kernel, const T* bias,
             Activation activation, T* y) {
    Job<T> job{conv, windows_of(conv), nullptr, nullptr, nullptr, activation == Activation::relu};
    const Shape<T> form = shape_for<T>(conv.out_c);
    const Scratch<T> weights(context, (job.terms() + 1) * form.filters);
    const Scratch<int64_t> offsets(context, job.terms());
    T* const padded_bias = weights.data() + job.terms() * form.filters;
    for (int64_t k = 0; k < job.terms(); ++k)
        for (int64_t f = 0; f < form.filters; ++f)
            weights.data()[k * form.filters + f] = f < conv.out_c ? kernel[k * conv.out_c + f] : T(0);
    for (int64_t f = 0; bias && f < form.filters; ++f) padded_bias[f] = f < conv.out_c ? bias[f] : T(0);
    find_offsets(job, offsets.data());
    job.weights = weights.data();
    job.bias = bias ? padded_bias : nullptr;
    job.offsets = offsets.data();

    const int64_t pixel = conv.in_c * static_cast<int64_t>(sizeof(T)), y_row = conv.out_w * conv.out_c;
    const Blocks blocks = blocks_of(job.windows, conv.batch, pixel, job.work());
    parallel_for(context, conv.batch * blocks.count, job.work(), [&](int64_t begin, int64_t end) {
        const Scratch<T> planes(context, job.planes_size(blocks.rows));
        for (int64_t task = begin; task < end; ++task) {
            const int64_t n = task / blocks.count, first = task % blocks.count * blocks.rows;
            const int64_t rows = smaller(blocks.rows, conv.out_h - first);
            T* const to = y + (n * conv.out_h + first) * y_row;
            split(job, x + n * job.windows.image(), first, first + rows, planes.data());
            form.rows(job, planes.data(), rows, to);
            if (needs_pass(activation)) activate(activation, to, rows * y_row);
        }
    });
}

}  // namespace

void conv_forward_by_columns(const Context& context, const Conv2D& conv, const float* x, const float* kernel,
                             const float* bias, Activation activation, float* y) {
    forward(context, conv, x, kernel, bias, activation, y);
}
void conv_forward_by_columns(const Context& context, const Conv2D& conv, const double* x,
                             const double* kernel, const double* bias, Activation activation, double* y) {
    forward(context, conv, x, kernel, bias, activation, y);
}

}  // namespace keratin::kernels::KERATIN_ISA
