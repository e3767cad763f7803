#include "ops/product.hpp"

#include "ops/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/half.hpp"

#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin::ops {
namespace {

/// Calls f(offset of a's matrix, offset of b's) for every matrix of the broadcast batch, counted in matrices.
template <class F>
void for_batch(const Product& product, const F& f) {
    const auto offset = [&](const Shape& own, int64_t number) {
        int64_t result = 0, step = 1;
        for (int axis = product.batch.rank(); axis-- > 0;) {
            const int64_t index = number % product.batch[axis];
            number /= product.batch[axis];
            const int own_axis = axis - (product.batch.rank() - own.rank());
            if (own_axis < 0) break;
            if (own[own_axis] != 1) result += index * step;
            step *= own[own_axis];
        }
        return result;
    };
    const int64_t matrices = product.batch.size();
    for (int64_t i = 0; i < matrices; ++i) f(offset(product.batch_a, i), offset(product.batch_b, i));
}

[[noreturn]] void fail_inner(const Tensor& a, const Tensor& b, const MatmulOptions& options, const char* op) {
    const char* note = options.transpose_a || options.transpose_b ? " after transposing" : "";
    fail<ShapeError>(
        "{}: shapes {} and {} have different inner extents{}; the columns of the first must be as "
        "many as the rows of the second",
        op, a.shape(), b.shape(), note);
}

}  // namespace

Product product(const Tensor& a, const Tensor& b, const MatmulOptions& options, const char* op) {
    require_same_dtype(a, b, op);
    require_floating(a, op);
    if (a.rank() < 2 || b.rank() < 2)
        fail<ShapeError>("{}: shapes {} and {} must be of rank 2 or more; use expand_dims() on a vector", op,
                         a.shape(), b.shape());
    const int64_t m = a.shape()[options.transpose_a ? -1 : -2];
    const int64_t k = a.shape()[options.transpose_a ? -2 : -1];
    const int64_t n = b.shape()[options.transpose_b ? -2 : -1];
    if (b.shape()[options.transpose_b ? -1 : -2] != k) fail_inner(a, b, options, op);
    const Shape batch_a = a.shape().slice(0, a.rank() - 2);
    const Shape batch_b = b.shape().slice(0, b.rank() - 2);
    const Shape batch = broadcast(batch_a, batch_b, op);
    const kernels::Gemm gemm{.m = m,
                             .n = n,
                             .k = k,
                             .transpose_a = options.transpose_a,
                             .transpose_b = options.transpose_b,
                             .lda = a.shape().back(),
                             .ldb = b.shape().back(),
                             .ldc = n};
    return {gemm, batch_a, batch_b, batch, batch + Shape{m, n}};
}

void run_product(const Product& product, const Tensor& a, const Tensor& b, Tensor& y, bool accumulate) {
    kernels::Gemm gemm = product.gemm;
    gemm.accumulate = accumulate;
    if (y.size() == 0) return;
    if (is_half(a.dtype())) {  // such gradients are not accumulated in place
        Tensor wide = Tensor::empty(y.shape(), float32);
        run_product(product, widened(a), widened(b), wide, false);
        y = narrowed(wide, a.dtype());
        return;
    }
    with_floating(a.dtype(), [&]<class T>() {
        T* to = write<T>(y);
        if (gemm.k == 0) {
            if (!accumulate) std::fill_n(to, y.size(), T{0});
            return;
        }
        for_batch(product, [&](int64_t matrix_a, int64_t matrix_b) {
            kernels::kernels<T>().gemm(context(), gemm, read<T>(a) + matrix_a * gemm.m * gemm.k,
                                       read<T>(b) + matrix_b * gemm.k * gemm.n, nullptr,
                                       kernels::Activation::none, to);
            to += gemm.m * gemm.n;
        });
    });
}

void add_product(Sink& sink, const Tensor& a, const Tensor& b, const MatmulOptions& options,
                 const Shape& shape) {
    const Product geometry = product(a, b, options, "matmul");
    if (geometry.shape == shape) {
        if (auto target = sink.in_place(shape, a.dtype())) {
            run_product(geometry, a, b, target->tensor, target->accumulate);
            return;
        }
    }
    sink.add(sum_to(matmul(a, b, options), shape));
}

}  // namespace keratin::ops
