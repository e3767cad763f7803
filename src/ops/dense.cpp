#include "ops/dense.hpp"

#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/fused.hpp"
#include "ops/half.hpp"
#include "ops/product.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::ops {
namespace {

void check(const Tensor& x, const Tensor& kernel, const Tensor& bias) {
    require_same_dtype(x, kernel, "dense");
    require_floating(x, "dense");
    if (x.rank() < 1 || kernel.rank() != 2 || x.shape().back() != kernel.shape()[0])
        fail<ShapeError>(
            "dense: input of shape {} does not fit a kernel of shape {}; its last axis must be as long as "
            "the kernel's first",
            x.shape(), kernel.shape());
    if (!bias.defined()) return;
    require_same_dtype(x, bias, "dense");
    if (bias.shape() != Shape{kernel.shape()[1]})
        fail<ShapeError>("dense: bias of shape {} does not fit a kernel of shape {}; it needs shape {}",
                         bias.shape(), kernel.shape(), Shape{kernel.shape()[1]});
}

/// All axes but the last in one.
Tensor as_matrix(const Tensor& x) {
    const int64_t columns = x.shape().back();
    return reshape(x, {x.shape().slice(0, -1).size(), columns});
}

Tensor run(const Tensor& x, const Tensor& kernel, const Tensor& bias, kernels::Activation activation) {
    if (is_half(x.dtype()))
        return narrowed(run(widened(x), widened(kernel), computable(bias), activation), x.dtype());
    const int64_t in = kernel.shape()[0];
    const int64_t out = kernel.shape()[1];
    Tensor y = Tensor::empty(x.shape().with(-1, out), x.dtype());
    if (y.size() == 0) return y;
    with_floating(x.dtype(), [&]<class T>() {
        const kernels::Gemm gemm{.m = y.size() / out, .n = out, .k = in, .lda = in, .ldb = out, .ldc = out};
        kernels::kernels<T>().gemm(context(), gemm, read<T>(x), read<T>(kernel),
                                   bias.defined() ? read<T>(bias) : nullptr, activation, write<T>(y));
    });
    return y;
}

void add_kernel_gradient(Sink& sink, const Tensor& x, const Tensor& dy, const Shape& kernel) {
    add_product(sink, as_matrix(x), as_matrix(dy), {.transpose_a = true}, kernel);
}

/// dy kernel^T: written as the matrix that x's memory is.
void add_input_gradient(Sink& sink, const Tensor& dy, const Tensor& kernel, const Shape& x) {
    if (auto target = sink.in_place(x, dy.dtype())) {
        const Tensor rows = as_matrix(dy);
        run_product(product(rows, kernel, {.transpose_b = true}, "dense"), rows, kernel, target->tensor,
                    target->accumulate);
    } else {
        sink.add(reshape(matmul(as_matrix(dy), kernel, {.transpose_b = true}), x));
    }
}

}  // namespace

Tensor dense(const Tensor& x, const Tensor& kernel, const Tensor& bias, kernels::Activation activation) {
    check(x, kernel, bias);
    Tensor y = run(x, kernel, bias, activation);
    y = record("matmul", y,
               wrt(x, [kernel, shape = x.shape()](
                          const Tensor& dy, Sink& sink) { add_input_gradient(sink, dy, kernel, shape); }),
               wrt(kernel, [x, shape = kernel.shape()](const Tensor& dy, Sink& sink) {
                   add_kernel_gradient(sink, x, dy, shape);
               }));
    return record_activation(record_bias(y, bias), activation);
}

}  // namespace keratin::ops
