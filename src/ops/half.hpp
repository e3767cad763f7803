#pragma once

#include "core/widen.hpp"

#include <keratin/ops/elementwise.hpp>

#include <utility>

/// How ops treat float16 and bfloat16: they keep tensors of 16 bits for their gradients, compute in float32,
/// and round what they give.
///
/// What runs a kernel begins with
///
///     if (is_half(x.dtype())) return narrowed(run(widened(x)), x.dtype());
///
/// and an op of several steps, which would round in between, with
///
///     if (is_half(x.dtype())) return ops::in_float32(x, [](const Tensor& wide) { return reduce_mean(wide);
///     });
namespace keratin::ops {

/// x as the kernels take it. Unrecorded; an undefined tensor stays so.
inline Tensor computable(const Tensor& x) {
    return x.defined() && is_half(x.dtype()) ? widened(x) : x;
}

/// What the kernels compute in for tensors of this dtype.
constexpr DType computed(DType dtype) {
    return is_half(dtype) ? float32 : dtype;
}

/// What the kernels have computed, as a tensor of this dtype. Unrecorded.
inline Tensor stored(Tensor y, DType dtype) {
    return is_half(dtype) ? narrowed(y, dtype) : y;
}

/// op(float32(x)) in x's dtype, on the record.
template <class Op>
Tensor in_float32(const Tensor& x, const Op& op) {
    return cast(op(cast(x, float32)), x.dtype());
}

}  // namespace keratin::ops
