#include "kernels/conv_families.hpp"
#include "kernels/correlate.hpp"
#include "kernels/phase.hpp"

/// dx: the pixels of the input whose row and column are congruent modulo the strides are a convolution,
/// without strides, of dy with every stride-th tap of the kernel turned round. Each such phase is one
/// correlation; none multiplies with zeros that the stride would have put in between.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
struct Job {
    const Conv2D& conv;
    const T* kernel;
    Phase rows, cols;
    Correlation<T> correlation;

    /// The matrix of tap (i, j): in_c / groups rows of out_c.
    const T* tap(int64_t t) const {
        const int64_t kh = rows.first - t / cols.axis.count * rows.step;
        const int64_t kw = cols.first - t % cols.axis.count * cols.step;
        return kernel + (kh * conv.kernel_w + kw) * (conv.in_c / conv.groups) * conv.out_c;
    }
};

template <class T>
Job<T> job_of(const Conv2D& conv, int64_t row, int64_t col, const T* dy, const T* kernel, T* dx,
              bool accumulate) {
    Job<T> job{
        conv,
        kernel,
        phase_of(row, conv.in_h, conv.out_h, conv.kernel_h, conv.stride_h, conv.dilation_h, conv.pad_top),
        phase_of(col, conv.in_w, conv.out_w, conv.kernel_w, conv.stride_w, conv.dilation_w, conv.pad_left),
        {}};
    Correlation<T>& c = job.correlation;
    c.windows = {job.rows.axis, job.cols.axis, conv.out_c};
    c.source = dy;
    c.batch = conv.batch;
    c.groups = conv.groups;
    c.group_out = conv.in_c / conv.groups;
    c.out = dx + (row * conv.in_w + col) * conv.in_c;
    c.out_col = conv.stride_w * conv.in_c;
    c.out_row = conv.stride_h * conv.in_w * conv.in_c;
    c.out_image = conv.in_h * conv.in_w * conv.in_c;
    c.add = accumulate;
    return job;
}

template <class T>
void pack_panel(const Job<T>& job, int64_t group, const Panel<T>& panel, T* to) {
    const int64_t depth = job.correlation.group_in(), out_c = job.conv.out_c;
    for (int64_t t = 0; t < job.correlation.windows.taps(); ++t)
        pack_cols(job.tap(t) + panel.first * out_c + group * depth, out_c, depth, panel,
                  to + t * depth * panel.width);
}

template <class T>
void pack(const Context& context, const Job<T>& job, T* weights) {
    const Correlation<T>& c = job.correlation;
    if (c.lanewise()) {
        for (int64_t t = 0; t < c.windows.taps(); ++t) copy(job.tap(t), c.groups, weights + t * c.groups);
        return;
    }
    const int64_t count = panel_count<T>(c.group_out);
    parallel_for(context, c.groups * count, 4 * c.groups * c.group_weights(),
                 [&](int64_t begin, int64_t end) {
                     for (int64_t task = begin; task < end; ++task) {
                         const Panel<T> panel(task % count, c.k(), c.group_out);
                         pack_panel(job, task / count, panel,
                                    weights + task / count * c.group_weights() + panel.offset);
                     }
                 });
}

/// Where a few input channels would leave most lanes empty. The choice must not depend on the vector width,
/// as the order of the sums does depend on it.
bool scatters(const Conv2D& conv) {
    return conv.groups == 1 && conv.in_c < 16 && conv.out_c >= 4 && conv.kernel_h * conv.kernel_w > 1;
}

template <class T>
void input_gradient(const Context& context, const Conv2D& conv, const T* dy, const T* kernel, T* dx,
                    bool accumulate) {
    if (conv.batch == 0) return;
    if (scatters(conv)) return conv_input_gradient_by_taps(context, conv, dy, kernel, dx, accumulate);
    for (int64_t row = 0; row < smaller(conv.stride_h, conv.in_h); ++row)
        for (int64_t col = 0; col < smaller(conv.stride_w, conv.in_w); ++col) {
            Job<T> job = job_of(conv, row, col, dy, kernel, dx, accumulate);
            Correlation<T>& c = job.correlation;
            const Scratch<T> weights(context, c.lanewise() ? c.k() * c.groups : c.groups * c.group_weights());
            pack(context, job, weights.data());
            c.weights = weights.data();
            correlate(context, c, InPlace{c, [](T*, int64_t) {}});
        }
}

}  // namespace

void conv_input_gradient(const Context& context, const Conv2D& conv, const float* dy, const float* kernel,
                         float* dx, bool accumulate) {
    input_gradient(context, conv, dy, kernel, dx, accumulate);
}
void conv_input_gradient(const Context& context, const Conv2D& conv, const double* dy, const double* kernel,
                         double* dx, bool accumulate) {
    input_gradient(context, conv, dy, kernel, dx, accumulate);
}

}  // namespace keratin::kernels::KERATIN_ISA
