#pragma once

#include "autograd/sink.hpp"
#include "kernels/kernels.hpp"

#include <keratin/ops/matmul.hpp>

/// Matrix products without a tape, for ops that record themselves.
namespace keratin::ops {

/// Geometry of one product of two matrices, or of several with broadcast batches.
struct Product {
    kernels::Gemm gemm;
    Shape batch_a;
    Shape batch_b;
    Shape batch;
    Shape shape;  ///< of the result
};
/// Throws unless a and b are floating tensors of one dtype whose shapes fit.
Product product(const Tensor& a, const Tensor& b, const MatmulOptions& options, const char* op);

/// y = a b, or y += a b.
void run_product(const Product& product, const Tensor& a, const Tensor& b, Tensor& y, bool accumulate);

/// Gives the sink a b, summed to `shape`: straight into its memory where nobody records, as ops elsewhere.
void add_product(Sink& sink, const Tensor& a, const Tensor& b, const MatmulOptions& options,
                 const Shape& shape);

}  // namespace keratin::ops
