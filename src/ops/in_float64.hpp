#pragma once

#include <keratin/core/tensor.hpp>

#include <cstddef>

/// Functions that are not hot, computed one by one in wide types.
namespace keratin::ops {

inline Tensor mapped(const Tensor& x, double (*f)(double)) {
    Tensor wide = convert(x, float64);
    for (double& value : wide.mutable_data<double>()) value = f(value);
    return convert(wide, x.dtype());
}

/// f over tensors of one shape, which hold T.
template <class T>
Tensor joined(const Tensor& a, const Tensor& b, T (*f)(T, T)) {
    Tensor result = convert(a, dtype_of<T>());
    const Tensor right = convert(b, dtype_of<T>());
    const std::span<T> values = result.mutable_data<T>();
    for (size_t i = 0; i < values.size(); ++i) values[i] = f(values[i], right.data<T>()[i]);
    return convert(result, a.dtype());
}

}  // namespace keratin::ops
