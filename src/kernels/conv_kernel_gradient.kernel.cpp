#include "kernels/chunks.hpp"
#include "kernels/conv_families.hpp"
#include "kernels/image.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"
#include "kernels/tile.hpp"

/// dkernel: the outer products of what a window reads with dy, summed over pixels and images. The rows of a
/// tile are entries (kh, kw, c) of the kernel; both operands are read where they lie. The images are cut into
/// chunks that depend on the shape alone; every chunk sums into its own copy, and the copies are added two by
/// two.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct Job {
    const Conv2D& conv;
    Windows windows;
    const T* x;
    const T* dy;
    Blocks blocks;
    int64_t* offsets;  ///< of the rows of a block, from its corner
    int64_t chunks;
    T* sums;  ///< (chunks, entries, out_c)

    bool lanewise() const { return conv.groups == conv.in_c && conv.out_c == conv.in_c; }
    int64_t group_in() const { return conv.in_c / conv.groups; }
    int64_t group_out() const { return conv.out_c / conv.groups; }
    int64_t entries() const { return windows.taps() * group_in(); }
    int64_t size() const { return entries() * conv.out_c; }
    int64_t work() const { return 2 * conv.batch * windows.pixels() * size(); }
};

/// Entries [first, ...) of one group, in the order of the kernel.
template <class T>
struct Entries {
    const Windows& windows;
    const T* a;
    T* c;
    int64_t c_step, channels;
    int64_t tap, channel;

    Entries(const Job<T>& job, int64_t first, const T* corner, T* sums)
        : windows(job.windows),
          a(corner),
          c(sums + first * job.conv.out_c),
          c_step(job.conv.out_c),
          channels(job.group_in()),
          tap(first / channels),
          channel(first % channels) {}

    void operator()(const T*& a_entry, T*& c_entry) {
        const int64_t i = tap / windows.cols.count, j = tap % windows.cols.count;
        a_entry =
            a + i * windows.rows.step * windows.row() + j * windows.cols.step * windows.channels + channel;
        c_entry = c;
        c += c_step;
        if (++channel == channels) {
            channel = 0;
            ++tap;
        }
    }
};

/// A block of rows of one image into entries [first, last) of the sums.
template <class T>
void add_block(const Job<T>& job, const T* corner, const T* dy, int64_t rows, int64_t first, int64_t last,
               T* sums) {
    Product<T> p{};
    p.taps = job.offsets;
    p.tap_count = rows;
    p.depth = job.conv.out_w;
    p.a_step = job.conv.stride_w * job.conv.in_c;
    p.b_step = job.conv.out_c;
    p.resume = true;
    const int64_t width = job.lanewise() ? lanes<T> : panel_width<T>;
    const int64_t groups = job.lanewise() ? 1 : job.conv.groups, out = job.conv.out_c / groups;
    for (int64_t group = 0; group < groups; ++group)
        for (int64_t col = 0; col < out; col += width) {
            const int64_t channel = group * out + col;
            p.b = dy + channel;
            p.cols = smaller(width, out - col);
            if (job.lanewise())
                sweep<Form::lanewise>(p, last - first,
                                      Entries<T>(job, first, corner + channel, sums + channel));
            else
                sweep<Form::masked>(p, last - first,
                                    Entries<T>(job, first, corner + group * job.group_in(), sums + channel));
        }
}

/// The images of one chunk, in order.
template <class T>
void add_chunk(const Job<T>& job, int64_t chunk, int64_t first, int64_t last, T* memory) {
    T* sums = job.sums + chunk * job.size();
    clear(sums + first * job.conv.out_c, (last - first) * job.conv.out_c);
    if (job.windows.pixels() == 0) return;
    const int64_t dy_row = job.conv.out_w * job.conv.out_c;
    const int64_t end = (chunk + 1) * job.conv.batch / job.chunks;
    for (int64_t n = chunk * job.conv.batch / job.chunks; n < end; ++n)
        for (int64_t row = 0; row < job.conv.out_h; row += job.blocks.rows) {
            const int64_t rows = smaller(job.blocks.rows, job.conv.out_h - row);
            const T* a = corner(job.windows, job.x + n * job.windows.image(), row, row + rows, memory);
            add_block(job, a, job.dy + (n * job.conv.out_h + row) * dy_row, rows, first, last, sums);
        }
}

/// All chunks into the result.
template <class T>
void add_up(const Job<T>& job, T* dkernel, bool accumulate) {
    add_chunks(job.sums, job.chunks, job.size());
    for (int64_t j = 0; j < job.size(); ++j) dkernel[j] = accumulate ? dkernel[j] + job.sums[j] : job.sums[j];
}

template <class T>
void kernel_gradient(const Context& context, const Conv2D& conv, const T* x, const T* dy, T* dkernel,
                     bool accumulate) {
    constexpr int64_t enough_tasks = 8, entries_in_task = 24;
    Job<T> job{conv, windows_of(conv), x, dy, {1, 1}, nullptr, 1, nullptr};
    const int64_t pixel_bytes = (conv.in_c + conv.out_c) * static_cast<int64_t>(sizeof(T));
    if (conv.batch > 0 && job.windows.pixels() > 0)
        job.blocks = blocks_of(job.windows, conv.batch, pixel_bytes, 0);
    job.chunks = chunk_count(conv.batch, job.size());
    const Scratch<T> sums(context, job.chunks * job.size());
    const Scratch<int64_t> offsets(context, job.blocks.rows);
    job.sums = sums.data();
    job.offsets = offsets.data();
    for (int64_t r = 0; r < job.blocks.rows; ++r) offsets.data()[r] = r * conv.stride_h * job.windows.row();

    const int64_t entries = job.entries();
    const int64_t parts = larger(1, smaller(enough_tasks / job.chunks, entries / entries_in_task));
    parallel_for(context, job.chunks * parts, job.work(), [&](int64_t begin, int64_t end) {
        const Scratch<T> memory(context, job.windows.copy_size(job.blocks.rows));
        for (int64_t task = begin; task < end; ++task) {
            const int64_t part = task % parts;
            add_chunk(job, task / parts, part * entries / parts, (part + 1) * entries / parts, memory.data());
        }
    });
    add_up(job, dkernel, accumulate);
}

}  // namespace

void conv_kernel_gradient(const Context& context, const Conv2D& conv, const float* x, const float* dy,
                          float* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}
void conv_kernel_gradient(const Context& context, const Conv2D& conv, const double* x, const double* dy,
                          double* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
