#pragma once

#include <keratin/core/tensor.hpp>

namespace keratin::nn {

/// dy where y > 0, else 0: relu's gradient from its result.
Tensor relu_gradient(const Tensor& y, const Tensor& dy);

}  // namespace keratin::nn
