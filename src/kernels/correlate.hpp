#pragma once

#include "kernels/image.hpp"
#include "kernels/panels.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/tile.hpp"

/// A sum over a grid of taps: out(r, c) = the sum over taps of the window's pixel times the matrix of that
/// tap. A convolution is one; its input gradient is one for every phase of the stride. The rows of a tile are
/// output pixels and no matrix of patches is built: a tap is an offset, and taps whose pixels lie side by
/// side are one longer run.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct Correlation {
    Windows windows;
    const T* source;
    int64_t batch, groups;
    int64_t group_out;  ///< output channels of a group

    T* out;
    int64_t out_image, out_row, out_col;  ///< elements from one image, row, column of the result to the next

    /// Panels of one group after the other, their rows numbered (tap row, tap column, channel); when every
    /// channel is a group of its own, simply (tap, channel).
    const T* weights;
    const T* bias;
    bool relu, add;

    bool lanewise() const { return groups == windows.channels && group_out == 1; }
    int64_t group_in() const { return windows.channels / groups; }
    int64_t k() const { return windows.taps() * group_in(); }
    int64_t group_weights() const { return panels_size<T>(k(), group_out); }
    int64_t work() const { return 2 * batch * windows.pixels() * k() * group_out * groups; }
};

/// Taps in each run of taps whose channels are contiguous.
template <class T>
int64_t tap_run(const Correlation<T>& job) {
    return job.groups == 1 && job.windows.cols.step == 1 ? larger(job.windows.cols.count, 1) : 1;
}

/// The offset of every run from a window's corner, in ascending order.
inline void tap_offsets(const Windows& windows, int64_t run, int64_t* offsets) {
    const int64_t in_row = windows.cols.count / run, count = windows.rows.count * in_row;
    for (int64_t t = 0; t < count; ++t)
        offsets[t] = t / in_row * windows.rows.step * windows.row() +
                     t % in_row * windows.cols.step * windows.channels;
}

/// The pixels of a block, row by row: each, or the first of every two.
template <class T>
struct Pixels {
    const T* a;
    T* c;
    int64_t a_col, a_wrap;  ///< to the next column; from the last column to the next row
    int64_t c_col, c_wrap;
    int64_t cols, col = 0;

    Pixels(const Correlation<T>& job, const T* first_a, T* first_c, int64_t together = 1)
        : a(first_a),
          c(first_c),
          a_col(together * job.windows.cols.stride * job.windows.channels),
          a_wrap(job.windows.rows.stride * job.windows.row() - (job.windows.cols.out / together - 1) * a_col),
          c_col(together * job.out_col),
          c_wrap(job.out_row - (job.windows.cols.out / together - 1) * c_col),
          cols(job.windows.cols.out / together) {}

    void operator()(const T*& a_pixel, T*& c_pixel) {
        a_pixel = a;
        c_pixel = c;
        const bool wrap = ++col == cols;
        a += wrap ? a_wrap : a_col;
        c += wrap ? c_wrap : c_col;
        if (wrap) col = 0;
    }
};

template <class T>
Product<T> product(const Correlation<T>& job, const int64_t* offsets) {
    Product<T> p{};
    p.taps = offsets;
    p.tap_count = job.windows.taps() / tap_run(job);
    p.depth = tap_run(job) * job.group_in();
    p.a_step = 1;
    p.add = job.add;
    p.relu = job.relu;
    p.a_next = job.windows.cols.stride * job.windows.channels;
    p.c_next = job.out_col;
    return p;
}

/// `pixels` pixels, all channels; a and out are those of the first.
template <class T>
void correlate_pixels(const Correlation<T>& job, const int64_t* offsets, const T* a, T* out, int64_t pixels) {
    Product<T> p = product(job, offsets);
    for (int64_t group = 0; group < job.groups; ++group)
        for (int64_t i = 0; i < panel_count<T>(job.group_out); ++i) {
            const Panel<T> panel(i, job.k(), job.group_out);
            const int64_t channel = group * job.group_out + panel.first;
            p.b = job.weights + group * job.group_weights() + panel.offset;
            p.b_step = panel.width;
            p.cols = panel.cols;
            p.bias = job.bias ? job.bias + channel : nullptr;
            const T* from = a + group * job.group_in();
            if (has_pairs && job.windows.cols.out % 2 == 0)
                sweep_pairs(p, pixels, Pixels<T>(job, from, out + channel, 2));
            else
                sweep(Form::padded, p, pixels, Pixels<T>(job, from, out + channel));
        }
}

/// The same when every channel has its own sum: the channels are the lanes.
template <class T>
void correlate_lanes(const Correlation<T>& job, const int64_t* offsets, const T* a, T* out, int64_t pixels) {
    Product<T> p = product(job, offsets);
    const int64_t channels = job.windows.channels;
    p.b_step = channels;
    for (int64_t channel = 0; channel < channels; channel += lanes<T>) {
        p.b = job.k() > 0 ? job.weights + channel : nullptr;
        p.cols = smaller(lanes<T>, channels - channel);
        p.bias = job.bias ? job.bias + channel : nullptr;
        sweep(Form::lanewise, p, pixels, Pixels<T>(job, a + channel, out + channel));
    }
}

/// Where a correlation writes: its own place, with finish(rows of the result, their number) over what is
/// done.
template <class T, class Finish>
struct InPlace {
    const Correlation<T>& job;
    Finish finish;

    static constexpr int64_t rows_together = 1;
    int64_t scratch(int64_t) const { return 0; }
    T* place(int64_t image, int64_t first, T*) const {
        return job.out + image * job.out_image + first * job.out_row;
    }
    void done(int64_t, int64_t, int64_t rows, T* at) const { finish(at, rows); }
};
template <class T, class Finish>
InPlace(const Correlation<T>&, Finish) -> InPlace<T, Finish>;

/// All of it: blocks of rows of every image are shared among the threads. `output` says where a block goes,
/// if need be into scratch memory of the thread, and sees it when it is done.
template <class T, class Output>
void correlate(const Context& context, const Correlation<T>& job, const Output& output) {
    const Windows& windows = job.windows;
    if (job.batch == 0 || windows.pixels() == 0) return;
    const Blocks blocks = blocks_of(windows, job.batch, windows.channels * static_cast<int64_t>(sizeof(T)),
                                    job.work(), Output::rows_together);
    const Scratch<int64_t> offsets(context, windows.taps());
    tap_offsets(windows, tap_run(job), offsets.data());
    parallel_for(context, job.batch * blocks.count, job.work(), [&](int64_t begin, int64_t end) {
        const Scratch<T> copy(context, windows.copy_size(blocks.rows));
        const Scratch<T> memory(context, output.scratch(blocks.rows));
        for (int64_t task = begin; task < end; ++task) {
            const int64_t n = task / blocks.count, first = task % blocks.count * blocks.rows;
            const int64_t rows = smaller(blocks.rows, windows.rows.out - first);
            T* out = output.place(n, first, memory.data());
            const T* a = out;  // without taps nothing is read: any place will do
            if (windows.taps() > 0)
                a = corner(windows, job.source + n * windows.image(), first, first + rows, copy.data());
            const auto run = job.lanewise() ? correlate_lanes<T> : correlate_pixels<T>;
            run(job, offsets.data(), a, out, rows * windows.cols.out);
            output.done(n, first, rows, out);
        }
    });
}

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
