#pragma once

#include <keratin/core/tensor.hpp>

/// Functions of angles and their inverses, element by element, as NumPy has them; floating dtypes
/// (DTypeError otherwise). Computed in float64 and rounded; differentiable.
namespace keratin {

KERATIN_EXPORT Tensor tan(const Tensor& x);
KERATIN_EXPORT Tensor arcsin(const Tensor& x);
KERATIN_EXPORT Tensor arccos(const Tensor& x);
KERATIN_EXPORT Tensor arctan(const Tensor& x);
KERATIN_EXPORT Tensor sinh(const Tensor& x);
KERATIN_EXPORT Tensor cosh(const Tensor& x);
KERATIN_EXPORT Tensor arcsinh(const Tensor& x);
KERATIN_EXPORT Tensor arccosh(const Tensor& x);
KERATIN_EXPORT Tensor arctanh(const Tensor& x);
/// The angle of the point (b, a), in (-pi, pi]; broadcasts.
KERATIN_EXPORT Tensor arctan2(const Tensor& a, const Tensor& b);

}  // namespace keratin
