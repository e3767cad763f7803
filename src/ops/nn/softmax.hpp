#pragma once

#include <keratin/core/tensor.hpp>

namespace keratin::nn {

/// y * (dy - sum(y * dy)) over the last axis: softmax's gradient from its result.
Tensor softmax_gradient(const Tensor& y, const Tensor& dy);
/// dy - exp(y) * sum(dy) over the last axis: log_softmax's gradient from its result.
Tensor log_softmax_gradient(const Tensor& y, const Tensor& dy);

}  // namespace keratin::nn
