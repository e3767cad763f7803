#pragma once

#include <keratin/ops/reduce.hpp>

/// Products, and sums and products of all that comes before. Numbers of any dtype; differentiable, also where
/// factors are 0.
namespace keratin {

KERATIN_EXPORT Tensor reduce_prod(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// y[i] = x[0] + ... + x[i] along an axis.
KERATIN_EXPORT Tensor cumsum(const Tensor& x, int axis);
KERATIN_EXPORT Tensor cumprod(const Tensor& x, int axis);
/// log(sum(exp(x))), stable; floating dtypes.
KERATIN_EXPORT Tensor reduce_logsumexp(const Tensor& x, const Axes& axes = {}, bool keepdims = false);

}  // namespace keratin
