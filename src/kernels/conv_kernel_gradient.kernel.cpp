#include "kernels/conv_families.hpp"
#include "kernels/kernel_gradient.hpp"
#include "kernels/kernel_rows.hpp"

/// dkernel where x is read where it lies, or where it was copied with zeros around it; it has few channels,
/// or groups. The rows of a tile are entries (kh, kw, c) of the kernel, and dy is in panels.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Entries that a task takes at a time: a multiple of every tile.
constexpr int64_t strip = 24;

/// Groups of one channel each: the channels are the lanes.
bool lanewise(const Conv2D& conv) {
    return conv.groups == conv.in_c && conv.out_c == conv.in_c;
}

/// Entries [first, ...) of one group, in the order of the kernel.
template <class T>
struct Entries {
    const T* a;
    T* c;
    int64_t c_step, channels, cols;
    int64_t next_col, next_row;  ///< from the last channel of a tap to the first of the next; of the next row
    int64_t channel, col;

    Entries(const KernelGradient<T>& job, int64_t first, const T* corner, T* sums)
        : c(sums + first * job.conv.out_c),
          c_step(job.conv.out_c),
          channels(job.group_in()),
          cols(job.windows.cols.count) {
        const int64_t right = job.windows.cols.step * job.windows.channels;
        const int64_t down = job.windows.rows.step * job.windows.row(), tap = first / channels;
        next_col = right - (channels - 1);
        next_row = down - (cols - 1) * right - (channels - 1);
        channel = first % channels;
        col = tap % cols;
        a = corner + tap / cols * down + col * right + channel;
    }

    void operator()(const T*& a_entry, T*& c_entry) {
        a_entry = a;
        c_entry = c;
        c += c_step;
        if (++channel < channels) {
            ++a;
            return;
        }
        channel = 0;
        if (++col < cols) {
            a += next_col;
            return;
        }
        col = 0;
        a += next_row;
    }
};

/// A thread's memory, and what it does with a piece.
template <class T>
class ByEntries {
public:
    ByEntries(const Context& context, const KernelGradient<T>& job)
        : job_(job),
          conv_(job.conv),
          copy_(context,
                segments_of(conv_, job.block) * job.windows.copy_size(smaller(job.block, conv_.out_h))),
          panel_(context, job.block * conv_.out_w * panel_width<T>),
          offsets_(context, job.block) {}

    static int64_t strips(const KernelGradient<T>& job) { return divide_up(job.entries(), strip); }
    static int64_t panels(const Conv2D& conv) {
        return lanewise(conv) ? divide_up(conv.out_c, lanes<T>)
                              : conv.groups * panel_count<T>(conv.out_c / conv.groups);
    }

    void operator()(const Piece& piece, T* sums) const {
        for (int64_t row = piece.first_row; row < piece.last_row; row += job_.block)
            add_block(piece, row, smaller(row + job_.block, piece.last_row), sums);
    }

private:
    /// Finds the corners of all rows: the first is returned, the others lie `offsets_` from it.
    const T* find_rows(int64_t row, int64_t end) const {
        const int64_t down = conv_.stride_h * job_.windows.row();
        const T* x = nullptr;
        T* memory = copy_.data();
        int64_t* offset = offsets_.data();
        while (row < end) {
            const Segment s(conv_, row, end);
            const T* at = corner(job_.windows, job_.x + s.n * job_.windows.image(), s.first, s.last, memory);
            if (!x) x = at;
            for (int64_t i = 0; i < s.rows(); ++i) *offset++ = at - x + i * down;
            memory += job_.windows.copy_size(s.rows());
            row += s.rows();
        }
        return x;
    }

    /// Whether the rows follow one another as if they were one.
    bool one_run(int64_t rows) const {
        const int64_t row = conv_.out_w * conv_.stride_w * conv_.in_c;
        for (int64_t r = 1; r < rows; ++r)
            if (offsets_.data()[r] != r * row) return false;
        return true;
    }

    /// Rows [row, end): strips of entries, panel by panel.
    void add_block(const Piece& piece, int64_t row, int64_t end, T* sums) const {
        const T* const x = find_rows(row, end);
        const T* const dy = job_.dy + row * conv_.out_w * conv_.out_c;
        const bool flat = one_run(end - row);
        Product<T> p{};
        p.taps = offsets_.data();
        p.tap_count = flat ? 1 : end - row;
        p.depth = conv_.out_w * (flat ? end - row : 1);
        p.a_step = conv_.stride_w * conv_.in_c;
        p.resume = row > piece.first_row;
        const int64_t strips = ByEntries::strips(job_);
        for (int64_t unit = piece.first_unit; unit < piece.last_unit;) {
            const int64_t last = smaller(piece.last_unit, (unit / strips + 1) * strips);
            const int64_t first = unit % strips * strip;
            add_panel(p, unit / strips, first, smaller((last - unit) * strip, job_.entries() - first), x, dy,
                      (end - row) * conv_.out_w, sums);
            unit = last;
        }
    }

    void add_panel(Product<T>& p, int64_t panel, int64_t first, int64_t count, const T* x, const T* dy,
                   int64_t pixels, T* sums) const {
        if (lanewise(conv_)) {
            const int64_t channel = panel * lanes<T>;
            p.b = dy + channel;
            p.b_step = conv_.out_c;
            p.cols = smaller(lanes<T>, conv_.out_c - channel);
            sweep(Form::lanewise, p, count, Entries<T>(job_, first, x + channel, sums + channel));
        } else {
            const int64_t count_of_group = panel_count<T>(job_.group_out()), group = panel / count_of_group;
            const Panel<T> cols(panel % count_of_group, pixels, job_.group_out());
            const int64_t filter = group * job_.group_out() + cols.first;
            p.cols = cols.cols;
            const Entries<T> entries(job_, first, x + group * job_.group_in(), sums + filter);
            p.b = dy + filter;
            p.b_step = conv_.out_c;
            if (!packs()) return sweep(Form::masked, p, count, entries);
            pack_rows(p.b, p.b_step, pixels, cols, panel_.data());
            p.b = panel_.data();
            p.b_step = cols.width;
            sweep(Form::padded, p, count, entries);
        }
    }

    /// Whether dy goes into panels: not where it lies like one, nor for a few entries.
    bool packs() const {
        constexpr int64_t few = 64;
        const bool panel = conv_.out_c <= 2 * panel_width<T> && conv_.out_c % lanes<T> == 0;
        return !panel && job_.entries() >= few;
    }

    const KernelGradient<T>& job_;
    const Conv2D& conv_;
    Scratch<T> copy_, panel_;
    Scratch<int64_t> offsets_;
};

/// Whether entries fill the lanes clearly better than the few filters do.
template <class T>
bool by_filters(const KernelGradient<T>& job) {
    const int64_t out_c = job.conv.out_c;
    return job.conv.groups == 1 && out_c <= 8 && out_c < lanes<T> &&
           8 * kernel_rows<T>(job.windows).vectors() * out_c < 7 * job.entries();
}

/// Whether leaving out what lies outside saves more than tiles of one tap cost.
bool by_taps(const Conv2D& conv, const Windows& windows) {
    constexpr int64_t enough_channels = 32, enough_pixels = 128;
    return !windows.inside() && conv.in_c / conv.groups >= enough_channels &&
           windows.pixels() >= enough_pixels;
}

template <class T>
void kernel_gradient(const Context& context, const Conv2D& conv, const T* x, const T* dy, T* dkernel,
                     bool accumulate) {
    KernelGradient<T> job{conv, windows_of(conv), x, dy};
    if (job.size() == 0) return;
    if (job.pixels() == 0) {
        if (!accumulate) clear(dkernel, job.size());
        return;
    }
    job.chunks = chunks_of(job);
    if (by_filters(job)) return conv_kernel_gradient_by_filters(context, conv, x, dy, dkernel, accumulate);
    if (by_taps(conv, job.windows))
        return conv_kernel_gradient_by_taps(context, conv, x, dy, dkernel, accumulate);
    job.block = rows_together(job, conv.stride_h * conv.stride_w * conv.in_c + panel_width<T>);
    job.units = ByEntries<T>::panels(conv) * ByEntries<T>::strips(job);
    add_up_chunks<ByEntries<T>>(context, job, dkernel, accumulate);
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
