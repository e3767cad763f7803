#include "kernels/conv_families.hpp"
#include "kernels/kernel_gradient.hpp"

/// dkernel, tap by tap, where windows reach beyond the images: a tap leaves out the pixels for which it lies
/// outside, so nothing is copied and nothing multiplied with zeros. The rows of a tile are channels of one
/// tap, and dy is in panels of the columns that the tap needs.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Channels that a task takes at a time: a multiple of every tile.
constexpr int64_t strip = 24;

/// Windows [first, last) of an axis.
struct Range {
    int64_t first, last;

    int64_t count() const { return last - first; }
    bool operator==(const Range& other) const { return first == other.first && last == other.last; }
};

/// Those of the windows for which a tap lies in the image.
Range inside(const Axis& axis, const Range& windows, int64_t tap) {
    const int64_t place = axis.offset + tap * axis.step;
    const int64_t first = place < 0 ? divide_up(-place, axis.stride) : 0;
    const int64_t last = place < axis.extent ? divide_up(axis.extent - place, axis.stride) : 0;
    const Range range{larger(windows.first, first), smaller(windows.last, last)};
    return range.count() > 0 ? range : Range{0, 0};
}

/// A thread's memory, and what it does with a piece. A unit is a strip of channels of one tap and panel;
/// taps that need the same columns follow one another.
template <class T>
class ByTaps {
public:
    ByTaps(const Context& context, const KernelGradient<T>& job)
        : job_(job),
          conv_(job.conv),
          strips_(strips(job)),
          panel_(context, job.block * conv_.out_w * panel_width<T>),
          offsets_(context, job.block) {
        const int64_t down = conv_.stride_h * conv_.in_w * conv_.in_c;
        for (int64_t r = 0; r < job.block; ++r) offsets_.data()[r] = r * down;
    }

    static int64_t strips(const KernelGradient<T>& job) { return divide_up(job.group_in(), strip); }
    static int64_t units(const KernelGradient<T>& job) {
        return job.conv.groups * panel_count<T>(job.group_out()) * job.windows.taps() * strips(job);
    }

    void operator()(const Piece& piece, T* sums) const {
        for (int64_t row = piece.first_row; row < piece.last_row;) {
            const Segment s(conv_, row, smaller(row + job_.block, piece.last_row));
            add_segment(piece, s, row > piece.first_row, sums);
            row += s.rows();
        }
    }

private:
    void add_segment(const Piece& piece, const Segment& s, bool resume, T* sums) const {
        const int64_t taps = job_.windows.taps(), panels = panel_count<T>(job_.group_out());
        int64_t packed = -1;
        Range packed_cols{0, 0};
        for (int64_t unit = piece.first_unit, last = unit; unit < piece.last_unit; unit = last) {
            last = smaller(piece.last_unit, (unit / strips_ + 1) * strips_);
            const int64_t tap = unit / strips_ % taps, panel = unit / strips_ / taps;
            const int64_t kh = tap % conv_.kernel_h, kw = tap / conv_.kernel_h;
            const Range cols = inside(job_.windows.cols, {0, conv_.out_w}, kw);
            const Panel<T> filters(panel % panels, 0, job_.group_out());
            const int64_t group = panel / panels, filter = group * job_.group_out() + filters.first;
            if (panel != packed || !(cols == packed_cols)) pack(s, cols, filters, filter);
            packed = panel;
            packed_cols = cols;

            Product<T> p{};
            p.resume = resume;
            p.cols = filters.cols;
            p.b_step = filters.width;
            const int64_t first = unit % strips_ * strip;
            const int64_t count = smaller((last - unit) * strip, job_.group_in() - first);
            const int64_t entry = (kh * conv_.kernel_w + kw) * job_.group_in() + first;
            add_tap(p, s, kh, kw, cols, group * job_.group_in() + first, count,
                    sums + entry * conv_.out_c + filter);
        }
    }

    /// Columns of the rows of dy, without gaps.
    void pack(const Segment& s, const Range& cols, const Panel<T>& filters, int64_t filter) const {
        T* to = panel_.data();
        for (int64_t r = s.first; r < s.last; ++r, to += cols.count() * filters.width) {
            const int64_t pixel = (s.n * conv_.out_h + r) * conv_.out_w + cols.first;
            pack_rows(job_.dy + pixel * conv_.out_c + filter, conv_.out_c, cols.count(), filters, to);
        }
    }

    void add_tap(Product<T>& p, const Segment& s, int64_t kh, int64_t kw, const Range& cols, int64_t channel,
                 int64_t count, T* to) const {
        const Axis &down = job_.windows.rows, &right = job_.windows.cols;
        const Range rows = inside(down, {s.first, s.last}, kh);
        const T* x = job_.x;
        if (rows.count() > 0 && cols.count() > 0) {
            const int64_t row = down.first(rows.first) + kh * down.step;
            const int64_t col = right.first(cols.first) + kw * right.step;
            x += ((s.n * conv_.in_h + row) * conv_.in_w + col) * conv_.in_c + channel;
            p.b = panel_.data() + (rows.first - s.first) * cols.count() * p.b_step;
            const bool flat = cols.count() * conv_.stride_w == conv_.stride_h * conv_.in_w;
            p.tap_count = flat ? 1 : rows.count();
            p.depth = cols.count() * (flat ? rows.count() : 1);
        }
        p.taps = offsets_.data();
        p.a_step = conv_.stride_w * conv_.in_c;
        sweep(Form::padded, p, count, [&](const T*& a, T*& c) {
            a = x++;
            c = to;
            to += conv_.out_c;
        });
    }

    const KernelGradient<T>& job_;
    const Conv2D& conv_;
    const int64_t strips_;
    Scratch<T> panel_;
    Scratch<int64_t> offsets_;
};

template <class T>
void kernel_gradient(const Context& context, const Conv2D& conv, const T* x, const T* dy, T* dkernel,
                     bool accumulate) {
    KernelGradient<T> job{conv, windows_of(conv), x, dy};
    job.chunks = chunks_of(job);
    job.block =
        smaller(conv.out_h, rows_together(job, conv.stride_h * conv.stride_w * conv.in_c + panel_width<T>));
    job.units = ByTaps<T>::units(job);
    add_up_chunks<ByTaps<T>>(context, job, dkernel, accumulate);
}

}  // namespace

void conv_kernel_gradient_by_taps(const Context& context, const Conv2D& conv, const float* x, const float* dy,
                                  float* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}
void conv_kernel_gradient_by_taps(const Context& context, const Conv2D& conv, const double* x,
                                  const double* dy, double* dkernel, bool accumulate) {
    kernel_gradient(context, conv, x, dy, dkernel, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
