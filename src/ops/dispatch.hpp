#pragma once

#include "core/context.hpp"
#include "core/convert.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/tensor.hpp>

namespace keratin::ops {

/// Calls call.template operator()<T>() with the C++ type of a floating dtype; those of 16 bits have been
/// widened by the caller (ops/half.hpp).
template <class Call>
decltype(auto) with_floating(DType dtype, const Call& call) {
    if (is_half(dtype)) fail<DTypeError>("{} has no arithmetic of its own here; cast() to float32", dtype);
    return dtype == float64 ? call.template operator()<double>() : call.template operator()<float>();
}

/// The same for int32, int64 and uint8.
template <class Call>
decltype(auto) with_integer(DType dtype, const Call& call) {
    if (dtype == int32) return call.template operator()<int32_t>();
    if (dtype == int64) return call.template operator()<int64_t>();
    return call.template operator()<uint8_t>();
}

/// x's elements, whose type the caller has just dispatched on.
template <class T>
const T* read(const Tensor& x) {
    return static_cast<const T*>(x.raw());
}
/// Those of a tensor that has just been made.
template <class T>
T* write(Tensor& y) {
    return static_cast<T*>(y.mutable_raw());
}

/// f(begin, end) over pieces of [0, n), shared among threads when `work` operations are worth it.
template <class F>
void for_ranges(int64_t n, int64_t work, const F& f) {
    context().parallel(
        n, work, [](void* data, int64_t begin, int64_t end) { (*static_cast<const F*>(data))(begin, end); },
        const_cast<F*>(&f));
}

}  // namespace keratin::ops
