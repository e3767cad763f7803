#include "kernels/activate.hpp"
#include "kernels/conv_families.hpp"
#include "kernels/conv_job.hpp"

/// y = activation(conv(x, kernel) + bias): one chain over (kh, kw, c) for every output, then the bias.
namespace keratin::kernels::KERATIN_ISA {
namespace {

/// Whether the output's columns fill the lanes better than its few filters do.
template <class T>
bool by_columns(const Conv2D& conv) {
    const bool possible = conv.groups == 1 && conv.stride_w == 1 && conv.out_c <= 8;
    return possible && 2 * divide_up(conv.out_w, lanes<T>) * conv.out_c <= conv.out_w &&
           conv.batch * conv.out_h * conv.out_w * conv.out_c * conv.kernel_h * conv.kernel_w * conv.in_c > 0;
}

template <class T>
void forward(const Context& context, const Conv2D& conv, const T* x, const T* kernel, const T* bias,
             Activation activation, T* y) {
    if (by_columns<T>(conv)) return conv_forward_by_columns(context, conv, x, kernel, bias, activation, y);
    Correlation<T> job = correlation_of(conv, x, y);
    job.bias = bias;
    job.relu = activation == Activation::relu;
    const Weights<T> weights(context, job, kernel);
    job.weights = weights.data();
    correlate(context, job, InPlace{job, [&](T* rows, int64_t count) {
                                        if (needs_pass(activation))
                                            activate(activation, rows, count * job.out_row);
                                    }});
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
