#pragma once

#include "ops/dispatch.hpp"

#include <keratin/core/tensor.hpp>

namespace keratin::nn {

/// Throws unless x is a tensor of float32 or float64; `what` is its role ("input", "kernel").
void require_floating(const Tensor& x, const char* what, const char* op);
/// Throws unless both are tensors of one floating dtype.
void require_same_floating(const Tensor& a, const char* what_a, const Tensor& b, const char* what_b,
                           const char* op);

/// The extents before the last one multiplied: a tensor seen as rows.
inline int64_t rows_of(const Shape& shape) {
    return shape.slice(0, shape.rank() - 1).size();
}

}  // namespace keratin::nn
