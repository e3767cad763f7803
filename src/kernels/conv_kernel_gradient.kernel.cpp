#include "kernels/chunks.hpp"
#include "kernels/conv_families.hpp"
#include "kernels/image.hpp"
#include "kernels/panels.hpp"
#include "kernels/parallel.hpp"
#include "kernels/scratch.hpp"

/// dkernel: the outer products of what a window reads with dy, summed over pixels and images. The rows of a
/// tile are entries (kh, kw, c) of the kernel. A tile stays in registers over a block of pixels, for which dy
/// has been put into panels; x is read where it lies, or where it was copied with zeros around it. The rows
/// of all images are cut into chunks that depend on the shape alone; every chunk sums into its own copy, and
/// the copies are added two by two.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Entries that a task takes at a time: a multiple of every tile.
constexpr int64_t strip = 24;

template <class T>
struct Job {
    const Conv2D& conv;
    Windows windows;
    const T* x;
    const T* dy;
    int64_t chunks, parts, block;  ///< of all rows; of the units of work; rows taken at a time
    const T* padded;               ///< all images with their zeros, or null
    T* sums;                       ///< (chunks, entries, out_c)

    bool lanewise() const { return conv.groups == conv.in_c && conv.out_c == conv.in_c; }
    int64_t group_in() const { return conv.in_c / conv.groups; }
    int64_t entries() const { return windows.taps() * group_in(); }
    int64_t size() const { return entries() * conv.out_c; }
    int64_t rows() const { return conv.batch * conv.out_h; }
    int64_t pixels() const { return rows() * conv.out_w; }
    int64_t work() const { return 2 * pixels() * size(); }

    int64_t groups() const { return lanewise() ? 1 : conv.groups; }
    int64_t group_out() const { return conv.out_c / groups(); }
    int64_t width() const { return lanewise() ? lanes<T> : panel_width<T>; }
    int64_t panels() const { return divide_up(group_out(), width()); }
    int64_t strips() const { return divide_up(entries(), strip); }
    int64_t units() const { return groups() * panels() * strips(); }
    int64_t image_copy() const { return windows.copy_size(windows.rows.out); }
};

/// Chunks by the shape alone: enough to share and to keep the chains short, but not so many that adding up
/// their copies shows.
template <class T>
int64_t chunks_of(const Job<T>& job) {
    constexpr int64_t most = 8, least_pixels = 1024, memory = 1 << 20;
    const int64_t limit = smaller(smaller(most, job.rows()),
                                  smaller(job.pixels() / least_pixels, memory / larger(job.size(), 1)));
    int64_t chunks = 1;
    while (2 * chunks <= limit) chunks *= 2;
    return chunks;
}

/// Rows whose part of x stays in the second-level cache, and whose panel of dy nearly in the first.
template <class T>
int64_t block_of(const Job<T>& job) {
    constexpr int64_t cache = 384 * 1024, most_pixels = 512;
    const Conv2D& conv = job.conv;
    const int64_t pixel = conv.stride_h * conv.stride_w * conv.in_c * static_cast<int64_t>(sizeof(T));
    return larger(1, smaller(cache / larger(pixel, 1), most_pixels) / larger(conv.out_w, 1));
}

/// Rows [first, last) of all images: where their windows' corners lie.
template <class T>
struct Block {
    const T* x;
    const T* dy;
    int64_t rows;
    int64_t* offsets;  ///< of every row from x
    T* panel;          ///< memory for one panel of dy
};

template <class T>
void find_rows(const Job<T>& job, int64_t first, int64_t last, T* memory, Block<T>& block) {
    const Conv2D& conv = job.conv;
    const int64_t down = conv.stride_h * job.windows.row();
    block.dy = job.dy + first * conv.out_w * conv.out_c;
    block.rows = last - first;
    int64_t* offset = block.offsets;
    for (int64_t row = first; row < last;) {
        const int64_t n = row / conv.out_h, from = row % conv.out_h;
        const int64_t to = smaller(conv.out_h, from + last - row);
        const T* at = job.padded ? job.padded + n * job.image_copy() + from * down
                                 : corner(job.windows, job.x + n * job.windows.image(), from, to, memory);
        if (row == first) block.x = at;
        for (int64_t i = 0; i < to - from; ++i) *offset++ = at - block.x + i * down;
        if (!job.padded) memory += job.windows.copy_size(to - from);
        row += to - from;
    }
}

/// Whether the rows follow one another as if they were one.
template <class T>
bool one_run(const Job<T>& job, const Block<T>& block) {
    const int64_t row = job.conv.out_w * job.conv.stride_w * job.conv.in_c;
    for (int64_t r = 1; r < block.rows; ++r)
        if (block.offsets[r] != r * row) return false;
    return true;
}

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

/// The block's dy for one panel of filters, beginning at `filter`: packed unless it lies so already.
template <class T>
void use_panel(const Job<T>& job, const Block<T>& block, int64_t filter, Product<T>& p) {
    const int64_t out_c = job.conv.out_c, pixels = block.rows * job.conv.out_w;
    p.b = block.dy + filter;
    p.b_step = out_c;
    if (job.lanewise() || (out_c <= panel_width<T> && p.cols == out_c && out_c % lanes<T> == 0)) return;
    Panel<T> panel(0, pixels, p.cols);
    pack_rows(p.b, out_c, pixels, panel, block.panel);
    p.b = block.panel;
    p.b_step = panel.width;
}

/// Units [first, last): strips of entries, panel by panel.
template <class T>
void add_block(const Job<T>& job, const Block<T>& block, int64_t first, int64_t last, bool resume, T* sums) {
    Product<T> p{};
    const bool flat = one_run(job, block);
    p.taps = block.offsets;
    p.tap_count = flat ? 1 : block.rows;
    p.depth = job.conv.out_w * (flat ? block.rows : 1);
    p.a_step = job.conv.stride_w * job.conv.in_c;
    p.resume = resume;
    for (int64_t unit = first; unit < last;) {
        const int64_t number = unit / job.strips(), group = number / job.panels();
        const int64_t col = number % job.panels() * job.width(), filter = group * job.group_out() + col;
        const int64_t end = smaller(last, (number + 1) * job.strips());
        const int64_t from = unit % job.strips() * strip;
        const int64_t count = smaller((end - unit) * strip, job.entries() - from);
        p.cols = smaller(job.width(), job.group_out() - col);
        use_panel(job, block, filter, p);
        if (job.lanewise())
            sweep<Form::lanewise>(p, count, Entries<T>(job, from, block.x + filter, sums + filter));
        else
            sweep<Form::padded>(p, count,
                                Entries<T>(job, from, block.x + group * job.group_in(), sums + filter));
        unit = end;
    }
}

/// Memory of a thread.
template <class T>
class Workspace {
public:
    Workspace(const Context& context, const Job<T>& job)
        : copy_(context,
                job.padded ? 0 : images(job) * job.windows.copy_size(smaller(job.block, job.conv.out_h))),
          panel_(context, job.block * job.conv.out_w * panel_width<T>),
          offsets_(context, job.block) {}

    T* copy() const { return copy_.data(); }
    Block<T> block() const { return {nullptr, nullptr, 0, offsets_.data(), panel_.data()}; }

private:
    /// Images that a block may touch.
    static int64_t images(const Job<T>& job) { return 1 + divide_up(job.block - 1, job.conv.out_h); }

    Scratch<T> copy_, panel_;
    Scratch<int64_t> offsets_;
};

/// The rows of one chunk, in order.
template <class T>
void add_chunk(const Job<T>& job, int64_t chunk, int64_t part, const Workspace<T>& memory) {
    const int64_t first = part * job.units() / job.parts, last = (part + 1) * job.units() / job.parts;
    const int64_t begin = chunk * job.rows() / job.chunks, end = (chunk + 1) * job.rows() / job.chunks;
    Block<T> block = memory.block();
    for (int64_t row = begin; row < end; row += job.block) {
        find_rows(job, row, smaller(row + job.block, end), memory.copy(), block);
        add_block(job, block, first, last, row > begin, job.sums + chunk * job.size());
    }
}

/// All images with their zeros, for tasks that would otherwise each copy the same.
template <class T>
void pad(const Context& context, const Job<T>& job, T* padded) {
    parallel_for(context, job.conv.batch, job.conv.batch * job.image_copy(), [&](int64_t begin, int64_t end) {
        for (int64_t n = begin; n < end; ++n)
            corner(job.windows, job.x + n * job.windows.image(), 0, job.windows.rows.out,
                   padded + n * job.image_copy());
    });
}

/// All chunks into the result.
template <class T>
void add_up(const Context& context, const Job<T>& job, T* dkernel, bool accumulate) {
    parallel_blocks(context, job.size(), job.chunks, [&](int64_t begin, int64_t end) {
        add_chunks(job.sums, job.chunks, job.size(), begin, end);
        for (int64_t j = begin; j < end; ++j)
            dkernel[j] = accumulate ? dkernel[j] + job.sums[j] : job.sums[j];
    });
}

template <class T>
void multiply(const Context& context, Job<T>& job) {
    constexpr int64_t enough_tasks = 32, units_in_task = 4, most_padded = 1 << 22;
    job.parts =
        job.chunks == 8 ? 1 : larger(1, smaller(enough_tasks / job.chunks, job.units() / units_in_task));
    const int64_t size = job.conv.batch * job.image_copy();
    const Scratch<T> padded(context, job.parts > 1 && size <= most_padded ? size : 0);
    if (padded.data()) pad(context, job, padded.data());
    job.padded = padded.data();
    parallel_for(context, job.chunks * job.parts, job.work(), [&](int64_t begin, int64_t end) {
        const Workspace<T> memory(context, job);
        for (int64_t task = begin; task < end; ++task)
            add_chunk(job, task / job.parts, task % job.parts, memory);
    });
}

template <class T>
void kernel_gradient(const Context& context, const Conv2D& conv, const T* x, const T* dy, T* dkernel,
                     bool accumulate) {
    Job<T> job{conv, windows_of(conv), x, dy, 1, 1, 1, nullptr, nullptr};
    if (job.size() == 0) return;
    if (job.pixels() == 0) {
        if (!accumulate) clear(dkernel, job.size());
        return;
    }
    job.chunks = chunks_of(job);
    job.block = block_of(job);
    const bool in_place = job.chunks == 1 && !accumulate;
    const Scratch<T> sums(context, in_place ? 0 : job.chunks * job.size());
    job.sums = in_place ? dkernel : sums.data();
    multiply(context, job);
    if (!in_place) add_up(context, job, dkernel, accumulate);
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
