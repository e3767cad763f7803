#include <keratin/ops/nn/conv.hpp>

#include "autograd/record.hpp"
#include "ops/half.hpp"
#include "ops/nn/conv_geometry.hpp"
#include "ops/nn/conv_record.hpp"
#include "ops/nn/floating.hpp"

#include <utility>

namespace keratin::nn {
namespace {

void run_input_gradient(const ConvGeometry& geometry, const Tensor& dy, const Tensor& kernel, Tensor& dx,
                        bool accumulate) {
    ops::with_floating(dy.dtype(), [&]<class T>() {
        kernels::kernels<T>().conv2d_input_gradient(context(), geometry.extents, ops::read<T>(dy),
                                                    ops::read<T>(kernel), ops::write<T>(dx), accumulate);
    });
}

void run_kernel_gradient(const ConvGeometry& geometry, const Tensor& x, const Tensor& dy, Tensor& dkernel,
                         bool accumulate) {
    ops::with_floating(dy.dtype(), [&]<class T>() {
        kernels::kernels<T>().conv2d_kernel_gradient(context(), geometry.extents, ops::read<T>(x),
                                                     ops::read<T>(dy), ops::write<T>(dkernel), accumulate);
    });
}

void require_output(const ConvGeometry& geometry, const Tensor& dy, const Shape& input, const Shape& kernel,
                    const char* owner) {
    if (dy.shape() != geometry.output)
        fail<ShapeError>(
            "{}: received shape {}, but a convolution of shape {} with a kernel of shape {} has "
            "shape {}; give that, or other options",
            owner, dy.shape(), input, kernel, geometry.output);
}

/// The three convolutions are linear in each of two tensors, and the gradient of each is the other two.
Tensor input_gradient(const char* op, const Tensor& dy, const Tensor& kernel, const Shape& input,
                      const Conv2DOptions& options) {
    require_same_floating(dy, "input", kernel, "kernel", op);
    const ConvGeometry geometry = conv_geometry(input, kernel.shape(), options, op);
    require_output(geometry, dy, input, kernel.shape(), op);
    Tensor dx = Tensor::empty(input, ops::computed(dy.dtype()));
    run_input_gradient(geometry, ops::computable(dy), ops::computable(kernel), dx, false);
    dx = ops::stored(std::move(dx), dy.dtype());
    return record(op, dx, wrt(dy, [kernel, options](const Tensor& g) { return conv2d(g, kernel, options); }),
                  wrt(kernel, [dy, shape = kernel.shape(), options](const Tensor& g, Sink& sink) {
                      add_kernel_gradient(sink, g, dy, shape, options);
                  }));
}

}  // namespace

void add_kernel_gradient(Sink& sink, const Tensor& x, const Tensor& dy, const Shape& kernel,
                         const Conv2DOptions& options) {
    if (auto target = sink.in_place(kernel, dy.dtype()))
        run_kernel_gradient(conv_geometry(x.shape(), kernel, options, "conv2d_kernel_gradient"), x, dy,
                            target->tensor, target->accumulate);
    else
        sink.add(conv2d_kernel_gradient(x, dy, kernel, options));
}

void add_input_gradient(Sink& sink, const Tensor& dy, const Tensor& kernel, const Shape& input,
                        const Conv2DOptions& options) {
    if (auto target = sink.in_place(input, dy.dtype()))
        run_input_gradient(conv_geometry(input, kernel.shape(), options, "conv2d_input_gradient"), dy, kernel,
                           target->tensor, target->accumulate);
    else
        sink.add(conv2d_input_gradient(dy, kernel, input, options));
}

Tensor run_conv2d(const ConvGeometry& geometry, const Tensor& x, const Tensor& kernel, const Tensor& bias,
                  kernels::Activation activation) {
    if (is_half(x.dtype()))
        return narrowed(run_conv2d(geometry, widened(x), widened(kernel), ops::computable(bias), activation),
                        x.dtype());
    Tensor y = Tensor::empty(geometry.output, x.dtype());
    ops::with_floating(x.dtype(), [&]<class T>() {
        kernels::kernels<T>().conv2d(context(), geometry.extents, ops::read<T>(x), ops::read<T>(kernel),
                                     bias.defined() ? ops::read<T>(bias) : nullptr, activation,
                                     ops::write<T>(y));
    });
    return y;
}

Tensor record_conv2d(Tensor y, const Tensor& x, const Tensor& kernel, const Conv2DOptions& options) {
    return record(
        "conv2d", std::move(y),
        wrt(x, [kernel, shape = x.shape(), options](
                   const Tensor& dy, Sink& sink) { add_input_gradient(sink, dy, kernel, shape, options); }),
        wrt(kernel, [x, shape = kernel.shape(), options](const Tensor& dy, Sink& sink) {
            add_kernel_gradient(sink, x, dy, shape, options);
        }));
}

Tensor conv2d(const Tensor& x, const Tensor& kernel, const Conv2DOptions& options) {
    require_same_floating(x, "input", kernel, "kernel", "conv2d");
    const ConvGeometry geometry = conv_geometry(x.shape(), kernel.shape(), options, "conv2d");
    return record_conv2d(run_conv2d(geometry, x, kernel, {}, kernels::Activation::none), x, kernel, options);
}

Tensor conv2d_input_gradient(const Tensor& dy, const Tensor& kernel, const Shape& input,
                             const Conv2DOptions& options) {
    return input_gradient("conv2d_input_gradient", dy, kernel, input, options);
}

Tensor conv2d_kernel_gradient(const Tensor& x, const Tensor& dy, const Shape& kernel,
                              const Conv2DOptions& options) {
    constexpr const char* op = "conv2d_kernel_gradient";
    require_same_floating(x, "input", dy, "gradient", op);
    const ConvGeometry geometry = conv_geometry(x.shape(), kernel, options, op);
    require_output(geometry, dy, x.shape(), kernel, op);
    Tensor dkernel = Tensor::empty(kernel, ops::computed(dy.dtype()));
    run_kernel_gradient(geometry, ops::computable(x), ops::computable(dy), dkernel, false);
    dkernel = ops::stored(std::move(dkernel), dy.dtype());
    return record(
        op, dkernel,
        wrt(x, [dy, shape = x.shape(), options](
                   const Tensor& g, Sink& sink) { add_input_gradient(sink, dy, g, shape, options); }),
        wrt(dy, [x, options](const Tensor& g) { return conv2d(x, g, options); }));
}

Tensor conv2d_transpose(const Tensor& x, const Tensor& kernel, const Shape& output,
                        const Conv2DOptions& options) {
    return input_gradient("conv2d_transpose", x, kernel, output, options);
}

}  // namespace keratin::nn
