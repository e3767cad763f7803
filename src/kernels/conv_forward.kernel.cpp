#include "kernels/activate.hpp"
#include "kernels/conv_families.hpp"
#include "kernels/correlate.hpp"

/// y = activation(conv(x, kernel) + bias): one chain over (kh, kw, c) for every output, then the bias.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
Correlation<T> correlation(const Conv2D& conv, const T* x, T* y) {
    Correlation<T> job{};
    job.windows = windows_of(conv);
    job.source = x;
    job.batch = conv.batch;
    job.groups = conv.groups;
    job.group_out = conv.out_c / conv.groups;
    job.out = y;
    job.out_col = conv.out_c;
    job.out_row = conv.out_w * conv.out_c;
    job.out_image = conv.out_h * job.out_row;
    return job;
}

/// Whether the kernel, as it is stored, is already a panel.
template <class T>
bool is_panel(const Correlation<T>& job) {
    return job.groups == 1 && job.group_out <= panel_width<T> && job.group_out % lanes<T> == 0;
}

template <class T>
void pack(const Context& context, const Correlation<T>& job, const T* kernel, T* panels) {
    const int64_t out_c = job.groups * job.group_out, k = job.k(), count = panel_count<T>(job.group_out);
    parallel_for(context, job.groups * count, k * out_c, [&](int64_t begin, int64_t end) {
        for (int64_t task = begin; task < end; ++task) {
            const int64_t group = task / count;
            const Panel<T> panel(task % count, k, job.group_out);
            pack_rows(kernel + group * job.group_out + panel.first, out_c, k, panel,
                      panels + group * job.group_weights() + panel.offset);
        }
    });
}

template <class T>
void forward(const Context& context, const Conv2D& conv, const T* x, const T* kernel, const T* bias,
             Activation activation, T* y) {
    Correlation<T> job = correlation(conv, x, y);
    job.bias = bias;
    job.relu = activation == Activation::relu;
    const bool ready = job.lanewise() || is_panel(job);
    const Scratch<T> panels(context, ready ? 0 : job.groups * job.group_weights());
    if (!ready) pack(context, job, kernel, panels.data());
    job.weights = ready ? kernel : panels.data();
    correlate(context, job, [&](T* rows, int64_t count) {
        if (needs_pass(activation)) activate(activation, rows, count * job.out_row);
    });
}

}  // namespace

void conv_forward(const Context& context, const Conv2D& conv, const float* x, const float* kernel,
                  const float* bias, Activation activation, float* y) {
    forward(context, conv, x, kernel, bias, activation, y);
}
void conv_forward(const Context& context, const Conv2D& conv, const double* x, const double* kernel,
                  const double* bias, Activation activation, double* y) {
    forward(context, conv, x, kernel, bias, activation, y);
}

}  // namespace keratin::kernels::KERATIN_ISA
