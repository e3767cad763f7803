#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>

namespace keratin::nn {

/// The gradient of max_pool2d over windows side by side, "valid", for an input of this shape: dy at the cells
/// `where` (int32, row-major in the image), zeros elsewhere. Differentiable in dy.
Tensor scatter_to_cells(const Tensor& dy, const Tensor& where, const Shape& input, Size2 window);

}  // namespace keratin::nn
