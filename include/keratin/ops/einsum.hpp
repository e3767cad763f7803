#pragma once

#include <keratin/core/tensor.hpp>

#include <string_view>

namespace keratin {

/// The sum of products that an equation of two operands says (tf.einsum): a letter for every axis, those that
/// the result does not name are summed over. "..." stands for any number of axes, which broadcast.
///
///     einsum("abc,cd->abd", x, kernel);      // x kernel over the last axis
///     einsum("...qd,...kd->...qk", q, k);    // q k^T
///
/// float32 and float64. Throws ValueError for an equation that is not of the form "X,Y->Z" or names an axis
/// of an operand or of the result twice, ShapeError where extents of one letter differ.
KERATIN_EXPORT Tensor einsum(std::string_view equation, const Tensor& a, const Tensor& b);
/// The shape of the result. Unknown extents stay unknown.
KERATIN_EXPORT Shape einsum_shape(std::string_view equation, const Shape& a, const Shape& b);

}  // namespace keratin
