#pragma once

#include <keratin/core/tensor.hpp>

/// What an optimizer does to gradients before its step, in place. All tensors are float32 or float64.
namespace keratin::optimizers {

double squared_norm(const Tensor& g);
void scale(Tensor& g, double factor);
void divide(Tensor& g, double divisor);
/// Every element within [-limit, limit].
void clip_values(Tensor& g, double limit);
void add_to(Tensor& sum, const Tensor& value);
/// average = momentum * average + (1 - momentum) * value.
void average_into(Tensor& average, const Tensor& value, double momentum);

}  // namespace keratin::optimizers
