#include "kernels/conv_max_pool.hpp"

#include "kernels/conv_job.hpp"
#include "kernels/families.hpp"
#include "kernels/planes.hpp"

/// The convolution's rows never leave the cache: they are pooled as soon as two of them are done.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Where pooled rows go.
template <class T>
struct Pooled {
    int64_t channels, rows, cols;  ///< of the pooled image
    T* y;
    uint8_t* where;

    int64_t at(int64_t image, int64_t row) const { return (image * rows + row) * cols * channels; }
};

/// Pools two rows of a convolution, which lie one after the other.
template <class T>
void pool_rows(const Pooled<T>& out, const T* top, int64_t at) {
    const int64_t channels = out.channels;
    const T* bottom = top + 2 * out.cols * channels;
    for (int64_t j = 0; j < out.cols; ++j, top += 2 * channels, bottom += 2 * channels, at += channels)
        for (int64_t c = 0; c < channels; c += lanes<T>) {
            const int64_t left = channels - c;
            const Vec<T> four[4] = {load_cols(top + c, left), load_cols(top + channels + c, left),
                                    load_cols(bottom + c, left), load_cols(bottom + channels + c, left)};
            if (!out.where) {
                store_cols(largest_of(four), out.y + at + c, left);
                continue;
            }
            const Largest<T> largest(four);
            store_cols(largest.value, out.y + at + c, left);
            store_bytes(largest.which, out.where + at + c, smaller(left, lanes<T>));
        }
}

/// A correlation's blocks go into scratch memory and are pooled there.
template <class T>
struct PoolingOutput {
    const Correlation<T>& job;
    const Pooled<T>& pooled;

    static constexpr int64_t rows_together = 2;
    int64_t scratch(int64_t rows) const { return rows * job.out_row; }
    T* place(int64_t, int64_t, T* memory) const { return memory; }
    void done(int64_t image, int64_t first, int64_t rows, const T* at) const {
        for (int64_t r = 0; r < rows; r += 2)
            pool_rows(pooled, at + r * job.out_row, pooled.at(image, (first + r) / 2));
    }
};

template <class T>
void through_pixels(const Context& context, Correlation<T>& job, const T* kernel, const Pooled<T>& pooled) {
    const Weights<T> weights(context, job, kernel);
    job.weights = weights.data();
    correlate(context, job, PoolingOutput<T>{job, pooled});
}

/// One term of the sums: where its pixels lie in the even and in the odd columns, from the row's begin.
struct Term {
    int64_t even, odd;
};

/// The terms of a window in the order of the kernel.
template <class T>
void find_terms(const Windows& windows, const Planes<T>& planes, Term* term) {
    for (int64_t kh = 0; kh < windows.rows.count; ++kh)
        for (int64_t kw = 0; kw < windows.cols.count; ++kw)
            for (int64_t c = 0; c < windows.channels; ++c) {
                const int64_t shift = kw * windows.cols.step;
                *term++ = {planes.offset(kh, c, shift), planes.offset(kh, c, shift + 1)};
            }
}

/// The convolution at squares of `lanes` columns, whose two rows begin at top and bottom, for a few channels.
template <int Channels, class T>
KERATIN_INLINE void sum_squares(const Correlation<T>& job, const Term* term, const T* top, const T* bottom,
                                const T* weight, Vec<T> (&sum)[Channels][4]) {
#pragma GCC unroll 8
    for (int c = 0; c < Channels; ++c)
#pragma GCC unroll 4
        for (int s = 0; s < 4; ++s) sum[c][s] = Vec<T>::zero();
    for (const Term* end = term + job.k(); term != end; ++term, weight += job.group_out) {
        const Vec<T> x[4] = {Vec<T>::load(top + term->even), Vec<T>::load(top + term->odd),
                             Vec<T>::load(bottom + term->even), Vec<T>::load(bottom + term->odd)};
#pragma GCC unroll 8
        for (int c = 0; c < Channels; ++c) {
            const Vec<T> w = Vec<T>::broadcast(weight[c]);
#pragma GCC unroll 4
            for (int s = 0; s < 4; ++s) sum[c][s] = fmadd(x[s], w, sum[c][s]);
        }
    }
}

/// Channel c of such squares after bias and relu: the largest values, and which they are if anyone asks.
template <class T>
KERATIN_INLINE void pool_squares(const Correlation<T>& job, const T* bias, int c, Vec<T> (&sum)[4], T* value,
                                 T* which) {
    const Vec<T> shift = bias ? Vec<T>::broadcast(bias[c]) : Vec<T>::zero();
    if (!which) {  // neither the bias nor the relu changes which is the largest
        Vec<T> largest = largest_of(sum);
        if (bias) largest = largest + shift;
        if (job.relu) largest = max(Vec<T>::zero(), largest);
        return largest.store(value);
    }
#pragma GCC unroll 4
    for (int s = 0; s < 4; ++s) {
        if (bias) sum[s] = sum[s] + shift;
        if (job.relu) sum[s] = max(Vec<T>::zero(), sum[s]);
    }
    const Largest<T> largest(sum);
    largest.value.store(value);
    largest.which.store(which);
}

/// Bias, relu and pooling of such squares; `count` of them are stored, channels last, from `at` on.
template <int Channels, class T>
KERATIN_INLINE void finish_squares(const Correlation<T>& job, const Pooled<T>& out, const T* bias,
                                   int64_t count, int64_t at, Vec<T> (&sum)[Channels][4]) {
    T value[Channels][lanes<T>], which[Channels][lanes<T>];
#pragma GCC unroll 8
    for (int c = 0; c < Channels; ++c)
        pool_squares(job, bias, c, sum[c], value[c], out.where ? which[c] : nullptr);
    for (int64_t j = 0; j < count; ++j)
#pragma GCC unroll 8
        for (int c = 0; c < Channels; ++c) out.y[at + j * out.channels + c] = value[c][j];
    if (!out.where) return;
    for (int64_t j = 0; j < count; ++j)
#pragma GCC unroll 8
        for (int c = 0; c < Channels; ++c)
            out.where[at + j * out.channels + c] = static_cast<uint8_t>(which[c][j]);
}

/// One row of squares for the channels from `first` on.
template <int Channels, class T>
void pool_columns(const Correlation<T>& job, const Planes<T>& planes, const Term* terms, const T* kernel,
                  int64_t first, int64_t row, const Pooled<T>& out, int64_t at) {
    const T* top = planes.row(2 * row);
    const T* bottom = planes.row(2 * row + 1);
    for (int64_t col = 0; col < out.cols; col += lanes<T>) {
        Vec<T> sum[Channels][4];
        sum_squares(job, terms, top + col, bottom + col, kernel + first, sum);
        finish_squares(job, out, job.bias ? job.bias + first : nullptr, smaller(lanes<T>, out.cols - col),
                       at + col * out.channels + first, sum);
    }
}

/// Channels that fill the registers beside four vectors of pixels.
constexpr int64_t channels_together = sizeof(Vec<float>) == 64 ? 6 : 3;

template <class T>
void pool_all_channels(const Correlation<T>& job, const Planes<T>& planes, const Term* terms, const T* kernel,
                       int64_t row, const Pooled<T>& out, int64_t at) {
    for (int64_t c = 0; c < out.channels; c += channels_together) {
        const auto run = [&]<int Channels>() {
            pool_columns<Channels>(job, planes, terms, kernel, c, row, out, at);
        };
        const int64_t left = out.channels - c;
        if (left >= channels_together)
            run.template operator()<static_cast<int>(channels_together)>();
        else if (left == 1)
            run.template operator()<1>();
        else if (left == 2)
            run.template operator()<2>();
        else if (left == 3)
            run.template operator()<3>();
        else if (left == 4)
            run.template operator()<4>();
        else
            run.template operator()<5>();
    }
}

/// Where few channels would leave most lanes empty, the lanes are columns: even and odd ones apart, so that
/// the four of a square are four vectors.
template <class T>
void through_columns(const Context& context, const Correlation<T>& job, const T* kernel,
                     const Pooled<T>& pooled) {
    const Windows& windows = job.windows;
    if (job.batch == 0 || windows.pixels() == 0) return;
    const Blocks blocks =
        blocks_of(windows, job.batch, windows.channels * static_cast<int64_t>(sizeof(T)), job.work(), 2);
    parallel_for(context, job.batch * blocks.count, job.work(), [&](int64_t begin, int64_t end) {
        Planes<T> planes(context, windows, blocks.rows);
        const Scratch<Term> terms(context, job.k());
        find_terms(windows, planes, terms.data());
        for (int64_t task = begin; task < end; ++task) {
            const int64_t n = task / blocks.count, first = task % blocks.count * blocks.rows;
            const int64_t rows = smaller(blocks.rows, windows.rows.out - first);
            planes.fill(job.source + n * windows.image(), first, rows);
            for (int64_t r = 0; r < rows; r += 2)
                pool_all_channels(job, planes, terms.data(), kernel, r / 2, pooled,
                                  pooled.at(n, (first + r) / 2));
        }
    });
}

template <class T>
void conv_max_pool(const Context& context, const Conv2D& conv, const T* x, const T* kernel, const T* bias,
                   Activation activation, T* y, uint8_t* where) {
    Conv2D even = conv;
    even.out_h = conv.out_h / 2 * 2;
    even.out_w = conv.out_w / 2 * 2;
    const Pooled<T> pooled{conv.out_c, even.out_h / 2, even.out_w / 2, y, where};
    Correlation<T> job = correlation_of(even, x, y);
    job.bias = bias;
    job.relu = activation == Activation::relu;
    const bool few =
        conv.groups == 1 && conv.out_c < lanes<T> && conv.stride_w == 1 && pooled.cols * 2 >= lanes<T>;
    if (few)
        through_columns(context, job, kernel, pooled);
    else
        through_pixels(context, job, kernel, pooled);
}

template <class T>
void fill_table(Table<T>& table) {
    table.conv2d_max_pool = conv_max_pool<T>;
    table.conv2d_max_pool_input_gradient = conv_max_pool_input_gradient;
    table.conv2d_max_pool_kernel_gradient = conv_max_pool_kernel_gradient;
}

}  // namespace

void fill_conv_max_pool(Table<float>& table) {
    fill_table(table);
}
void fill_conv_max_pool(Table<double>& table) {
    fill_table(table);
}

}  // namespace keratin::kernels::KERATIN_ISA
