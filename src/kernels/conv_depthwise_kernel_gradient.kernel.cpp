#include "kernels/chunks.hpp"
#include "kernels/conv_families.hpp"
#include "kernels/depthwise.hpp"
#include "kernels/image.hpp"
#include "kernels/scratch.hpp"

/// dkernel of the depthwise convolution: the sums of all taps of a vector of channels stay in registers over
/// a few rows of dy. The batch is cut into chunks, and each sums even and odd rows apart: one chain for every
/// tap would not keep the processor busy. A chain runs over its pixels in order, and the sums are added two
/// by two.
namespace keratin::kernels::KERATIN_ISA {
namespace {

constexpr int parities = 2;

/// Rows of dy at a time: both parities where there are registers for the sums of both.
constexpr int most_rows = sizeof(Vec<float>) == 64 ? 2 : 1;

template <class T>
struct Job {
    const Conv2D& conv;
    const T* x;
    const T* dy;
    int64_t chunks;
    T* sums;  ///< (chunks, parities, taps, channels)

    int64_t size() const { return depthwise_taps * depthwise_taps * conv.in_c; }
    int64_t work() const { return 2 * conv.batch * conv.out_h * conv.out_w * size(); }
    /// Rows of dy to add up for one vector of channels before the next: what they read stays in the cache.
    int64_t block() const {
        constexpr int64_t cache = 128 * 1024;
        const int64_t pixels = conv.out_w + conv.stride_h * conv.in_w;
        const int64_t row_bytes = pixels * conv.in_c * static_cast<int64_t>(sizeof(T));
        return larger(1, cache / larger(row_bytes, 1) / parities) * parities;
    }
};

/// Pixels of dy of a vector of channels, and what they read of an image.
template <class T>
struct Spot {
    const T* x;
    const T* dy;
    int64_t channel;              ///< the first of them
    int64_t next, x_row, dy_row;  ///< to the next pixel, row
    int64_t x_first, dy_first;    ///< offsets of the first of either
    unsigned x_rows, x_cols;      ///< which of x there are
};

/// The sums of one vector of channels.
template <int Rows, class T>
using Sums = Vec<T>[Rows][depthwise_taps][depthwise_taps];

/// Edge: some of x that is read is not there.
template <int Stride, int Rows, int Cols, bool Edge, bool Whole, int All, class T>
KERATIN_INLINE void add_pixels(const Spot<T>& spot, int64_t n, Sums<All, T>& sum) {
    constexpr int x_rows = (Rows - 1) * Stride + depthwise_taps,
                  x_cols = (Cols - 1) * Stride + depthwise_taps;
    Vec<T> dy[Rows][Cols];
    const T* at = opaque(spot.dy + spot.dy_first);
#pragma GCC unroll 4
    for (int c = 0; c < Cols; ++c, at = opaque(at + spot.next))
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r) dy[r][c] = load_channels<Whole>(at + r * spot.dy_row, n);
    int64_t x_at = spot.x_first;
#pragma GCC unroll 16
    for (int j = 0; j < x_cols; ++j, x_at = opaque(x_at + spot.next)) {
        if (Edge && !has(spot.x_cols, j)) continue;
#pragma GCC unroll 8
        for (int i = 0; i < x_rows; ++i) {
            if (Edge && !has(spot.x_rows, i)) continue;
            const Vec<T> x = load_channels<Whole>(spot.x + (x_at + i * spot.x_row), n);
#pragma GCC unroll 4
            for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
                for (int c = 0; c < Cols; ++c) {
                    const int kh = i - r * Stride, kw = j - c * Stride;
                    if (is_tap(kh, kw)) sum[r][kh][kw] = fmadd(x, dy[r][c], sum[r][kh][kw]);
                }
        }
    }
}

/// Rows [row, row + Rows) of dy, all columns.
template <int Stride, int Rows, bool Whole, int All, class T>
KERATIN_INLINE void add_rows(const Conv2D& conv, Spot<T> spot, int64_t row, int64_t n, Sums<All, T>& sum) {
    constexpr int most = 4, rows = (Rows - 1) * Stride + depthwise_taps,
                  cols = (most - 1) * Stride + depthwise_taps;
    const int64_t top = row * Stride - conv.pad_top;
    spot.x_rows = inside(top, rows, conv.in_h);
    int64_t col = 0;
    const auto place = [&](int count) {
        const int64_t left = col * Stride - conv.pad_left;
        spot.x_first = top * spot.x_row + left * spot.next + spot.channel;
        spot.dy_first = row * spot.dy_row + col * spot.next + spot.channel;
        spot.x_cols = inside(left, count, conv.in_w);
    };
    for (; col + most <= conv.out_w; col += most) {
        place(cols);
        if (spot.x_rows == all(rows) && spot.x_cols == all(cols))
            add_pixels<Stride, Rows, most, !Whole, Whole>(spot, n, sum);
        else
            add_pixels<Stride, Rows, most, true, Whole>(spot, n, sum);
    }
    for (; col < conv.out_w; ++col) {
        place(depthwise_taps);
        add_pixels<Stride, Rows, 1, true, Whole>(spot, n, sum);
    }
}

/// Rows [first, last) of images [begin, end); first is even.
struct Block {
    int64_t begin, end, first, last;
    bool resume;  ///< the sums go on from those of blocks before
};

/// n channels of a block, `Rows` rows of every two from `parity` on, onto the sums.
template <int Stride, int Rows, bool Whole, class T>
void add_block(const Job<T>& job, const Block& block, int64_t parity, int64_t channel, int64_t n, T* sums) {
    const Conv2D& conv = job.conv;
    Sums<Rows, T> sum;
    const auto each = [&](const auto& body) KERATIN_INLINE_BODY {
#pragma GCC unroll 2
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (int i = 0; i < depthwise_taps; ++i)
#pragma GCC unroll 4
                for (int j = 0; j < depthwise_taps; ++j)
                    body(sum[r][i][j], sums + ((r * depthwise_taps + i) * depthwise_taps + j) * conv.in_c);
    };
    each(
        [&](Vec<T>& s, const T* from) { s = block.resume ? load_channels<Whole>(from, n) : Vec<T>::zero(); });
    Spot<T> spot{};
    spot.channel = channel;
    spot.next = conv.in_c;
    spot.x_row = conv.in_w * conv.in_c;
    spot.dy_row = conv.out_w * conv.in_c;
    for (int64_t image = block.begin; image < block.end; ++image) {
        spot.x = job.x + image * conv.in_h * spot.x_row;
        spot.dy = job.dy + image * conv.out_h * spot.dy_row;
        int64_t row = block.first + parity;
        for (; row + Rows <= block.last; row += parities)
            add_rows<Stride, Rows, Whole>(conv, spot, row, n, sum);
        if (Rows > 1 && row < block.last) add_rows<Stride, 1, Whole>(conv, spot, row, n, sum);
    }
    each([&](Vec<T>& s, T* to) { store_channels<Whole>(s, to, n); });
}

/// n channels of a block, even and odd rows.
template <int Stride, bool Whole, class T>
void add_channels(const Job<T>& job, const Block& block, int64_t channel, int64_t n, T* sums) {
    for (int parity = 0; parity < parities; parity += most_rows)
        add_block<Stride, most_rows, Whole>(job, block, parity, channel, n, sums + parity * job.size());
}

/// Channels [first, last) of the images of one chunk, in order.
template <int Stride, class T>
void add_chunk(const Job<T>& job, int64_t chunk, int64_t first, int64_t last) {
    const Conv2D& conv = job.conv;
    T* const sums = job.sums + chunk * parities * job.size();
    const int64_t begin = chunk * conv.batch / job.chunks, end = (chunk + 1) * conv.batch / job.chunks;
    const int64_t rows = job.block(), images = larger(1, rows / conv.out_h);
    for (int64_t n = begin; n < end; n += images)
        for (int64_t row = 0; row < conv.out_h; row += rows) {
            const Block block{n, smaller(n + images, end), row, smaller(row + rows, conv.out_h),
                              n > begin || row > 0};
            for (int64_t c = first; c < last; c += lanes<T>) {
                if (c + lanes<T> <= last)
                    add_channels<Stride, true>(job, block, c, lanes<T>, sums + c);
                else
                    add_channels<Stride, false>(job, block, c, last - c, sums + c);
            }
        }
}

/// By the shape alone: few where the sums of a chunk are not small beside its images.
template <class T>
int64_t chunks_of(const Job<T>& job) {
    constexpr int64_t most = 8, share = 16;
    const Conv2D& conv = job.conv;
    const int64_t images = conv.batch * (conv.in_h * conv.in_w + conv.out_h * conv.out_w) * conv.in_c;
    int64_t chunks = 1;
    while (2 * chunks <= smaller(most, conv.batch) && 2 * chunks * share * parities * job.size() <= images)
        chunks *= 2;
    return chunks;
}

template <class T>
void kernel_gradient(const Context& context, const Conv2D& conv, const T* x, const T* dy, T* dkernel,
                     bool accumulate) {
    constexpr int64_t enough_tasks = 8, channels_in_task = 64;
    Job<T> job{conv, x, dy, 1, nullptr};
    if (conv.batch * conv.out_h * conv.out_w == 0) {
        if (!accumulate) clear(dkernel, job.size());
        return;
    }
    job.chunks = chunks_of(job);
    const Scratch<T> sums(context, job.chunks * parities * job.size());
    job.sums = sums.data();
    const int64_t parts = larger(1, smaller(enough_tasks / job.chunks, conv.in_c / channels_in_task));
    const auto begin_of = [&](int64_t part) {
        return part == parts ? conv.in_c : part * conv.in_c / parts / lanes<T> * lanes<T>;
    };
    const auto add = conv.stride_h == 1 ? add_chunk<1, T> : add_chunk<2, T>;
    parallel_for(context, job.chunks * parts, job.work(), [&](int64_t begin, int64_t end) {
        for (int64_t task = begin; task < end; ++task)
            add(job, task / parts, begin_of(task % parts), begin_of(task % parts + 1));
    });
    add_up(context, job.sums, job.chunks * parities, job.size(), dkernel, accumulate);
}

}  // namespace

void conv_depthwise_kernel_gradient(const Context& context, const Conv2D& conv, const float* x,
                                    const float* dy, float* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}
void conv_depthwise_kernel_gradient(const Context& context, const Conv2D& conv, const double* x,
                                    const double* dy, double* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
