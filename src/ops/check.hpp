#pragma once

#include <keratin/core/tensor.hpp>

/// What ops ask of their inputs before they touch them.
namespace keratin::ops {

/// Throws ValueError when x is no tensor at all; `what` is its role ("input", "a").
void require_defined(const Tensor& x, const char* what, const char* op);
/// Throws unless x is a tensor of float32 or float64.
void require_floating(const Tensor& x, const char* op);
/// Throws unless x is a tensor of numbers: any dtype but bool.
void require_numbers(const Tensor& x, const char* op);
/// Throws unless x is a bool tensor.
void require_bool(const Tensor& x, const char* what, const char* op);
/// Throws unless x is a tensor of int32 or int64.
void require_indices(const Tensor& x, const char* op);
/// Throws unless a and b are tensors of one dtype.
void require_same_dtype(const Tensor& a, const Tensor& b, const char* op);

/// A number as a tensor of rank 0 with x's dtype. Throws DTypeError for a fraction that meets integers and
/// ValueError for a number outside their range.
Tensor scalar_like(const Tensor& x, Scalar value, const char* op);

}  // namespace keratin::ops
