#pragma once

#include <keratin/core/tensor.hpp>

/// Arithmetic and functions element by element. Binary functions broadcast as NumPy does and take two tensors
/// of one dtype (DTypeError otherwise; cast() is the remedy); a C++ number takes the tensor's dtype. All are
/// differentiable in floating dtypes.
namespace keratin {

KERATIN_EXPORT Tensor add(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor subtract(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor multiply(const Tensor& a, const Tensor& b);
/// Floating dtypes only, as in Keras; integers throw DTypeError.
KERATIN_EXPORT Tensor divide(const Tensor& a, const Tensor& b);
/// The larger of two; where they are equal the gradient goes to a, as in TensorFlow.
KERATIN_EXPORT Tensor maximum(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor minimum(const Tensor& a, const Tensor& b);
/// a to the power b.
KERATIN_EXPORT Tensor pow(const Tensor& a, const Tensor& b);

KERATIN_EXPORT Tensor add(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor multiply(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor maximum(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor minimum(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor pow(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor pow(Scalar a, const Tensor& b);
/// scale * x + offset in one pass.
KERATIN_EXPORT Tensor affine(const Tensor& x, Scalar scale, Scalar offset);

inline Tensor operator+(const Tensor& a, const Tensor& b) {
    return add(a, b);
}
inline Tensor operator-(const Tensor& a, const Tensor& b) {
    return subtract(a, b);
}
inline Tensor operator*(const Tensor& a, const Tensor& b) {
    return multiply(a, b);
}
inline Tensor operator/(const Tensor& a, const Tensor& b) {
    return divide(a, b);
}
inline Tensor operator+(const Tensor& a, Scalar b) {
    return add(a, b);
}
inline Tensor operator+(Scalar a, const Tensor& b) {
    return add(b, a);
}
inline Tensor operator*(const Tensor& a, Scalar b) {
    return multiply(a, b);
}
inline Tensor operator*(Scalar a, const Tensor& b) {
    return multiply(b, a);
}
KERATIN_EXPORT Tensor operator-(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor operator-(Scalar a, const Tensor& b);
KERATIN_EXPORT Tensor operator/(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor operator/(Scalar a, const Tensor& b);
KERATIN_EXPORT Tensor operator-(const Tensor& x);

KERATIN_EXPORT Tensor exp(const Tensor& x);
KERATIN_EXPORT Tensor log(const Tensor& x);
KERATIN_EXPORT Tensor log1p(const Tensor& x);
KERATIN_EXPORT Tensor expm1(const Tensor& x);
KERATIN_EXPORT Tensor sqrt(const Tensor& x);
KERATIN_EXPORT Tensor rsqrt(const Tensor& x);  ///< 1 / sqrt(x)
KERATIN_EXPORT Tensor square(const Tensor& x);
KERATIN_EXPORT Tensor abs(const Tensor& x);
KERATIN_EXPORT Tensor sign(const Tensor& x);
KERATIN_EXPORT Tensor reciprocal(const Tensor& x);
KERATIN_EXPORT Tensor tanh(const Tensor& x);
KERATIN_EXPORT Tensor sigmoid(const Tensor& x);
KERATIN_EXPORT Tensor sin(const Tensor& x);
KERATIN_EXPORT Tensor cos(const Tensor& x);
KERATIN_EXPORT Tensor floor(const Tensor& x);
KERATIN_EXPORT Tensor ceil(const Tensor& x);
KERATIN_EXPORT Tensor round(const Tensor& x);  ///< half to even
/// min(max(x, low), high); outside, the gradient is 0. Throws ValueError when low > high.
KERATIN_EXPORT Tensor clip(const Tensor& x, Scalar low, Scalar high);

/// Comparisons give bool tensors; between tensors they broadcast.
KERATIN_EXPORT Tensor equal(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor not_equal(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor less(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor less_equal(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor greater(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor greater_equal(const Tensor& a, const Tensor& b);
inline Tensor operator==(const Tensor& a, const Tensor& b) {
    return equal(a, b);
}
inline Tensor operator!=(const Tensor& a, const Tensor& b) {
    return not_equal(a, b);
}
inline Tensor operator<(const Tensor& a, const Tensor& b) {
    return less(a, b);
}
inline Tensor operator<=(const Tensor& a, const Tensor& b) {
    return less_equal(a, b);
}
inline Tensor operator>(const Tensor& a, const Tensor& b) {
    return greater(a, b);
}
inline Tensor operator>=(const Tensor& a, const Tensor& b) {
    return greater_equal(a, b);
}
KERATIN_EXPORT Tensor operator==(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor operator!=(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor operator<(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor operator<=(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor operator>(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor operator>=(const Tensor& a, Scalar b);
KERATIN_EXPORT Tensor logical_not(const Tensor& x);
KERATIN_EXPORT Tensor logical_and(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor logical_or(const Tensor& a, const Tensor& b);
KERATIN_EXPORT Tensor is_finite(const Tensor& x);

/// a where condition (bool) holds, else b; all three broadcast.
KERATIN_EXPORT Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);

/// The same values as another dtype; differentiable between floating dtypes.
KERATIN_EXPORT Tensor cast(const Tensor& x, DType dtype);

}  // namespace keratin
