#include "kernels/conv_families.hpp"
#include "kernels/panels.hpp"
#include "kernels/parallel.hpp"
#include "kernels/phase.hpp"
#include "kernels/scratch.hpp"

/// dx where the input has few channels: first every pixel of dy times the whole kernel, whose (kh, kw, c) are
/// the lanes, then every pixel of dx adds up what the taps bring to it, in ascending order of the pixels of
/// dy. A term is one chain over the output channels. The lanes are full whatever the channels are, and
/// nothing is spent on padding.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct Job {
    const Conv2D& conv;
    const T* dy;
    const T* panels;
    T* dx;
    bool accumulate;
    int64_t band;  ///< rows of dx in a task

    int64_t terms() const { return conv.kernel_h * conv.kernel_w * conv.in_c; }
    int64_t row_terms() const { return conv.out_w * terms(); }
    int64_t bands() const { return divide_up(conv.in_h, band); }
};

/// Rows [first, end) of dy.
struct Rows {
    int64_t first, end;
};

/// The rows that reach rows [row, row + count) of dx.
Rows reach(const Conv2D& conv, int64_t row, int64_t count) {
    const int64_t highest = row + conv.pad_top - (conv.kernel_h - 1) * conv.dilation_h;
    const int64_t first = highest <= 0 ? 0 : divide_up(highest, conv.stride_h);
    const int64_t end = (row + count - 1 + conv.pad_top) / conv.stride_h + 1;
    return {smaller(first, conv.out_h), smaller(end, conv.out_h)};
}

/// Pixels of dy and where their terms go.
template <class T>
struct Pixels {
    const T* a;
    T* c;
    int64_t a_step, c_step;

    void operator()(const T*& a_pixel, T*& c_pixel) {
        a_pixel = a;
        c_pixel = c;
        a += a_step;
        c += c_step;
    }
};

/// The terms of all pixels in some rows: terms[pixel][kh][kw][c].
template <class T>
void multiply(const Job<T>& job, const T* dy, int64_t pixels, T* terms) {
    Product<T> p = plain_product<T>(job.conv.out_c, 1);
    for (int64_t i = 0; i < panel_count<T>(job.terms()); ++i) {
        const Panel<T> panel(i, job.conv.out_c, job.terms());
        p.b = job.panels + panel.offset;
        p.b_step = panel.width;
        p.cols = panel.cols;
        sweep(Form::padded, p, pixels, Pixels<T>{dy, terms + panel.first, job.conv.out_c, job.terms()});
    }
}

/// The taps of a phase that reach place `j` of it from inside dy: [first, end).
struct Span {
    int64_t first, end;

    Span(const Axis& axis, int64_t j) : first(0), end(axis.count) {
        while (first < end && j + axis.offset + first * axis.step < 0) ++first;
        while (first < end && j + axis.offset + (end - 1) * axis.step >= axis.extent) --end;
    }
};

/// One pixel of dx. `terms` are those of its first tap; the others lie row_step and col_step from each other.
template <class T>
void add_up(const Job<T>& job, const T* terms, int64_t rows, int64_t row_step, int64_t cols, int64_t col_step,
            T* dx) {
    for (int64_t c = 0; c < job.conv.in_c; c += lanes<T>) {
        Vec<T> sum = Vec<T>::zero();
        for (int64_t i = 0; i < rows; ++i) {
            const T* term = terms + i * row_step + c;
            for (int64_t j = 0; j < cols; ++j, term += col_step) sum = sum + Vec<T>::load(term);
        }
        const int64_t left = job.conv.in_c - c;
        if (job.accumulate) sum = load_cols(dx + c, left) + sum;
        store_cols(sum, dx + c, left);
    }
}

/// Row `row` of one image of dx, from the terms of rows `from` on.
template <class T>
void add_row(const Job<T>& job, int64_t row, int64_t from, const T* terms, T* dx) {
    const Conv2D& conv = job.conv;
    const Phase rows = row_phase(conv, row);
    const Span down(rows.axis, row / conv.stride_h);
    const int64_t pixel = job.terms(), tap_row = conv.kernel_w * conv.in_c;
    const int64_t oh = row / conv.stride_h + rows.axis.offset + down.first * rows.axis.step;
    const T* line = terms + (oh - from) * job.row_terms() + (rows.first - down.first * rows.step) * tap_row;
    const int64_t row_step = rows.axis.step * job.row_terms() - rows.step * tap_row;
    for (int64_t phase = 0; phase < smaller(conv.stride_w, conv.in_w); ++phase) {
        const Phase cols = col_phase(conv, phase);
        const int64_t col_step = cols.axis.step * pixel - cols.step * conv.in_c;
        for (int64_t j = 0; j < cols.axis.out; ++j) {
            const Span across(cols.axis, j);
            const int64_t ow = j + cols.axis.offset + across.first * cols.axis.step;
            const int64_t tap = cols.first - across.first * cols.step;
            add_up(job, line + ow * pixel + tap * conv.in_c, down.end - down.first, row_step,
                   across.end - across.first, col_step, dx + (phase + j * conv.stride_w) * conv.in_c);
        }
    }
}

/// Rows [first, end) of one image of dx.
template <class T>
void add_band(const Job<T>& job, int64_t n, int64_t first, int64_t end, T* terms) {
    const Conv2D& conv = job.conv;
    const Rows rows = reach(conv, first, end - first);
    if (rows.end > rows.first)
        multiply(job, job.dy + (n * conv.out_h + rows.first) * conv.out_w * conv.out_c,
                 (rows.end - rows.first) * conv.out_w, terms);
    for (int64_t row = first; row < end; ++row)
        add_row(job, row, rows.first, terms, job.dx + (n * conv.in_h + row) * conv.in_w * conv.in_c);
}

/// Rows of dx whose terms stay in the cache, but not so few that neighbouring bands repeat much of each
/// other's work.
template <class T>
int64_t band_rows(const Job<T>& job) {
    constexpr int64_t cache = 256 * 1024;
    const Conv2D& conv = job.conv;
    const int64_t row_bytes = job.row_terms() * static_cast<int64_t>(sizeof(T));
    const int64_t fit = cache / larger(row_bytes, 1) * conv.stride_h;
    return smaller(conv.in_h, larger(fit, 4 * conv.kernel_h * conv.dilation_h));
}

template <class T>
void input_gradient(const Context& context, const Conv2D& conv, const T* dy, const T* kernel, T* dx,
                    bool accumulate) {
    Job<T> job{conv, dy, nullptr, dx, accumulate, 1};
    if (conv.batch * conv.in_h * conv.in_w == 0) return;
    job.band = band_rows(job);
    const Scratch<T> panels(context, panels_size<T>(conv.out_c, job.terms()));
    for (int64_t i = 0; i < panel_count<T>(job.terms()); ++i) {
        const Panel<T> panel(i, conv.out_c, job.terms());
        pack_cols(kernel + panel.first * conv.out_c, conv.out_c, conv.out_c, panel,
                  panels.data() + panel.offset);
    }
    job.panels = panels.data();
    int64_t most = 0;
    for (int64_t row = 0; row < conv.in_h; row += job.band) {
        const Rows rows = reach(conv, row, smaller(job.band, conv.in_h - row));
        most = larger(most, rows.end - rows.first);
    }
    const int64_t work = 2 * conv.batch * conv.out_h * job.row_terms() * conv.out_c;
    parallel_for(context, conv.batch * job.bands(), work, [&](int64_t begin, int64_t end) {
        const Scratch<T> terms(context, most * job.row_terms() + lanes<T>);
        for (int64_t task = begin; task < end; ++task) {
            const int64_t first = task % job.bands() * job.band;
            add_band(job, task / job.bands(), first, smaller(first + job.band, conv.in_h), terms.data());
        }
    });
}

}  // namespace

void conv_input_gradient_by_taps(const Context& context, const Conv2D& conv, const float* dy,
                                 const float* kernel, float* dx, bool accumulate) {
    input_gradient(context, conv, dy, kernel, dx, accumulate);
}
void conv_input_gradient_by_taps(const Context& context, const Conv2D& conv, const double* dy,
                                 const double* kernel, double* dx, bool accumulate) {
    input_gradient(context, conv, dy, kernel, dx, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
