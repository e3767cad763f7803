#include "ops/fused.hpp"

#include "autograd/record.hpp"
#include "ops/dispatch.hpp"
#include "ops/gradients.hpp"
#include "ops/nn/relu.hpp"

#include <keratin/ops/shaping.hpp>

namespace keratin::ops {
namespace {

/// The columns of dy added up, into the sink's memory where it has some to be filled.
void add_column_sums(Sink& sink, const Tensor& dy, const Shape& bias) {
    const auto target = sink.in_place(bias, dy.dtype());
    if (!target || target->accumulate) return sink.add(sum_to(dy, bias));
    with_floating(dy.dtype(), [&]<class T>() {
        const int64_t cols = dy.shape().back();
        kernels::kernels<T>().reduce(context(), kernels::Reduce::sum, read<T>(dy), write<T>(target->tensor),
                                     1, cols == 0 ? 0 : dy.size() / cols, cols);
    });
}

}  // namespace

Tensor record_bias(Tensor y, const Tensor& bias) {
    if (!bias.defined()) return y;
    return record("bias_add", y, wrt(y, [](const Tensor& dy) { return dy; }),
                  wrt(bias, [shape = bias.shape()](const Tensor& dy, Sink& sink) {
                      add_column_sums(sink, dy, shape);
                  }));
}

Tensor record_activation(Tensor y, kernels::Activation activation) {
    switch (activation) {
        case kernels::Activation::none:
            return y;
        case kernels::Activation::relu:
            return record("relu", y, wrt(y, [y](const Tensor& dy) { return nn::relu_gradient(y, dy); }));
        case kernels::Activation::tanh:
            return record("tanh", y,
                          wrt(y, [y](const Tensor& dy) { return tanh_gradient(result_of(y), dy); }));
        case kernels::Activation::sigmoid:
            return record("sigmoid", y,
                          wrt(y, [y](const Tensor& dy) { return sigmoid_gradient(result_of(y), dy); }));
    }
    return y;
}

}  // namespace keratin::ops
