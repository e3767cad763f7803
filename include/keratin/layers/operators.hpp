#pragma once

#include <keratin/core/scalar.hpp>
#include <keratin/layers/keras_tensor.hpp>
#include <keratin/ops/reduce.hpp>

#include <vector>

/// Arithmetic and functions in functional models: each call makes a layers::Operation, as Keras's operators
/// and keras.ops do, and calls it. Of other functions, layers::operation("nn.Glu", x).
///
///     KerasTensor y = nn::relu(x + shortcut) * 0.5;
namespace keratin {

KERATIN_EXPORT KerasTensor operator+(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor operator-(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor operator*(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor operator/(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor operator<(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor operator<=(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor operator>(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor operator>=(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor operator+(const KerasTensor& x, Scalar number);
KERATIN_EXPORT KerasTensor operator-(const KerasTensor& x, Scalar number);
KERATIN_EXPORT KerasTensor operator*(const KerasTensor& x, Scalar number);
KERATIN_EXPORT KerasTensor operator/(const KerasTensor& x, Scalar number);
KERATIN_EXPORT KerasTensor operator<(const KerasTensor& x, Scalar number);
KERATIN_EXPORT KerasTensor operator<=(const KerasTensor& x, Scalar number);
KERATIN_EXPORT KerasTensor operator>(const KerasTensor& x, Scalar number);
KERATIN_EXPORT KerasTensor operator>=(const KerasTensor& x, Scalar number);
KERATIN_EXPORT KerasTensor operator+(Scalar number, const KerasTensor& x);
KERATIN_EXPORT KerasTensor operator-(Scalar number, const KerasTensor& x);
KERATIN_EXPORT KerasTensor operator*(Scalar number, const KerasTensor& x);
KERATIN_EXPORT KerasTensor operator/(Scalar number, const KerasTensor& x);
KERATIN_EXPORT KerasTensor operator-(const KerasTensor& x);

KERATIN_EXPORT KerasTensor maximum(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor minimum(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor pow(const KerasTensor& x, Scalar exponent);
KERATIN_EXPORT KerasTensor matmul(const KerasTensor& a, const KerasTensor& b);
KERATIN_EXPORT KerasTensor abs(const KerasTensor& x);
KERATIN_EXPORT KerasTensor exp(const KerasTensor& x);
KERATIN_EXPORT KerasTensor log(const KerasTensor& x);
KERATIN_EXPORT KerasTensor sqrt(const KerasTensor& x);
KERATIN_EXPORT KerasTensor square(const KerasTensor& x);
KERATIN_EXPORT KerasTensor tanh(const KerasTensor& x);
KERATIN_EXPORT KerasTensor sigmoid(const KerasTensor& x);
KERATIN_EXPORT KerasTensor clip(const KerasTensor& x, double low, double high);
KERATIN_EXPORT KerasTensor cast(const KerasTensor& x, DType dtype);
KERATIN_EXPORT KerasTensor where(const KerasTensor& condition, const KerasTensor& a, const KerasTensor& b);

KERATIN_EXPORT KerasTensor reduce_sum(const KerasTensor& x, const Axes& axes = {}, bool keepdims = false);
KERATIN_EXPORT KerasTensor reduce_mean(const KerasTensor& x, const Axes& axes = {}, bool keepdims = false);
KERATIN_EXPORT KerasTensor reduce_max(const KerasTensor& x, const Axes& axes = {}, bool keepdims = false);
KERATIN_EXPORT KerasTensor reduce_min(const KerasTensor& x, const Axes& axes = {}, bool keepdims = false);

/// The batch counts: it is -1 where it is open.
KERATIN_EXPORT KerasTensor reshape(const KerasTensor& x, const Shape& shape);
KERATIN_EXPORT KerasTensor transpose(const KerasTensor& x, const std::vector<int>& permutation = {});
KERATIN_EXPORT KerasTensor expand_dims(const KerasTensor& x, int axis);
KERATIN_EXPORT KerasTensor squeeze(const KerasTensor& x, int axis);
KERATIN_EXPORT KerasTensor concat(const std::vector<KerasTensor>& tensors, int axis = 0);
KERATIN_EXPORT KerasTensor stack(const std::vector<KerasTensor>& tensors, int axis = 0);

namespace nn {

KERATIN_EXPORT KerasTensor relu(const KerasTensor& x);
KERATIN_EXPORT KerasTensor gelu(const KerasTensor& x, bool approximate = false);
KERATIN_EXPORT KerasTensor silu(const KerasTensor& x);
KERATIN_EXPORT KerasTensor softmax(const KerasTensor& x, int axis = -1);

}  // namespace nn
}  // namespace keratin
