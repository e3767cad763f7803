#pragma once

#include "kernels/correlate.hpp"

/// A convolution's forward pass as a correlation.
namespace keratin::kernels::KERATIN_ISA {
namespace {

template <class T>
Correlation<T> correlation_of(const Conv2D& conv, const T* x, T* y) {
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

/// The kernel in the form a correlation reads: as it is where it already has it, else packed into panels.
template <class T>
class Weights {
public:
    Weights(const Context& context, const Correlation<T>& job, const T* kernel)
        : panels_(context, ready(job) ? 0 : job.groups * job.group_weights()),
          data_(ready(job) ? kernel : panels_.data()) {
        if (!ready(job)) pack(context, job, kernel);
    }
    const T* data() const { return data_; }

private:
    static bool ready(const Correlation<T>& job) {
        const bool panel =
            job.groups == 1 && job.group_out <= panel_width<T> && job.group_out % lanes<T> == 0;
        return panel || job.lanewise();
    }
    void pack(const Context& context, const Correlation<T>& job, const T* kernel) {
        const int64_t out_c = job.groups * job.group_out, k = job.k(), count = panel_count<T>(job.group_out);
        parallel_for(context, job.groups * count, k * out_c, [&](int64_t begin, int64_t end) {
            for (int64_t task = begin; task < end; ++task) {
                const int64_t group = task / count;
                const Panel<T> panel(task % count, k, job.group_out);
                pack_rows(kernel + group * job.group_out + panel.first, out_c, k, panel,
                          panels_.data() + group * job.group_weights() + panel.offset);
            }
        });
    }

    Scratch<T> panels_;
    const T* data_;
};

}  // namespace
}  // namespace keratin::kernels::KERATIN_ISA
