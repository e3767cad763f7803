#include "ops/nn/conv_max_pool.hpp"

#include "autograd/record.hpp"
#include "autograd/sink.hpp"
#include "ops/fused.hpp"
#include "ops/half.hpp"
#include "ops/nn/conv_geometry.hpp"
#include "ops/nn/floating.hpp"
#include "ops/nn/pool_cells.hpp"

#include <keratin/ops/nn/pool.hpp>

#include <utility>

namespace keratin::nn {
namespace {

/// What the gradients know of a forward pass.
struct Choice {
    Tensor where;  ///< uint8: which output of each square of four was the largest
    Shape input, kernel, output;
    Conv2DOptions options;

    ConvGeometry geometry(const char* op) const { return conv_geometry(input, kernel, options, op); }

    /// The gradient of all outputs, as ops see it.
    Tensor spread(const Tensor& dy) const {
        Tensor cells = Tensor::empty(where.shape(), int32);
        const std::span<int32_t> cell = cells.mutable_data<int32_t>();
        const std::span<const uint8_t> choice = where.data<uint8_t>();
        const int64_t channels = where.shape()[3], cols = where.shape()[2], rows = where.shape()[1];
        for (size_t k = 0; k < cell.size(); ++k) {
            const int64_t square = static_cast<int64_t>(k) / channels;
            const int64_t row = 2 * (square / cols % rows) + choice[k] / 2,
                          col = 2 * (square % cols) + choice[k] % 2;
            cell[k] = static_cast<int32_t>(row * output[2] + col);
        }
        return scatter_to_cells(dy, cells, output, 2);
    }
};

void add_input_gradient(Sink& sink, const Choice& choice, const Tensor& dy, const Tensor& kernel) {
    const auto target = sink.in_place(choice.input, dy.dtype());
    if (!target)
        return sink.add(conv2d_input_gradient(choice.spread(dy), kernel, choice.input, choice.options));
    ops::with_floating(dy.dtype(), [&]<class T>() {
        kernels::kernels<T>().conv2d_max_pool_input_gradient(
            context(), choice.geometry("conv2d_input_gradient").extents, choice.where.data<uint8_t>().data(),
            ops::read<T>(dy), ops::read<T>(kernel), ops::write<T>(target->tensor), target->accumulate);
    });
}

void add_kernel_gradient(Sink& sink, const Choice& choice, const Tensor& x, const Tensor& dy) {
    const auto target = sink.in_place(choice.kernel, dy.dtype());
    if (!target) return sink.add(conv2d_kernel_gradient(x, choice.spread(dy), choice.kernel, choice.options));
    ops::with_floating(dy.dtype(), [&]<class T>() {
        kernels::kernels<T>().conv2d_max_pool_kernel_gradient(
            context(), choice.geometry("conv2d_kernel_gradient").extents, ops::read<T>(x),
            choice.where.data<uint8_t>().data(), ops::read<T>(dy), ops::write<T>(target->tensor),
            target->accumulate);
    });
}

}  // namespace

bool pools_in_one_pass(const Shape& kernel, const Conv2DOptions& options) {
    constexpr int64_t largest_kernel = 32 * 1024;  // elements; beyond, dense gradients are faster
    return options.groups == 1 && options.dilations.width == 1 && kernel.size() <= largest_kernel;
}

Tensor conv2d_bias_activation_max_pool(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                                       const Conv2DOptions& options, kernels::Activation activation) {
    constexpr const char* op = "conv2d";
    require_same_floating(x, "input", kernel, "kernel", op);
    const ConvGeometry geometry = conv_geometry(x.shape(), kernel.shape(), options, op);
    Tensor y = Tensor::empty(pool2d_shape(geometry.output, 2, {}, "max_pool2d"), ops::computed(x.dtype()));
    const Tensor input = ops::computable(x), weights = ops::computable(kernel),
                 offset = ops::computable(bias);
    Tensor where;  // only backward asks which were the largest
    if (tracked(x) || tracked(kernel)) where = Tensor::empty(y.shape(), uint8);
    ops::with_floating(y.dtype(), [&]<class T>() {
        kernels::kernels<T>().conv2d_max_pool(
            context(), geometry.extents, ops::read<T>(input), ops::read<T>(weights),
            bias.defined() ? ops::read<T>(offset) : nullptr, activation, ops::write<T>(y),
            where.defined() ? where.mutable_data<uint8_t>().data() : nullptr);
    });
    y = ops::stored(std::move(y), x.dtype());
    const Choice choice{where, x.shape(), kernel.shape(), geometry.output, options};
    Tensor result = record(
        "conv2d_max_pool2d", y,
        wrt(x,
            [choice, kernel](const Tensor& dy, Sink& sink) { add_input_gradient(sink, choice, dy, kernel); }),
        wrt(kernel, [choice, x](const Tensor& dy, Sink& sink) { add_kernel_gradient(sink, choice, x, dy); }));
    if (bias.defined()) result = ops::record_bias(std::move(result), bias);
    return ops::record_activation(std::move(result), activation);
}

}  // namespace keratin::nn
