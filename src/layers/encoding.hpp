#pragma once

#include <keratin/core/tensor.hpp>

#include <string_view>

/// How layers write category numbers down: "int", "one_hot", "multi_hot" or "count".
namespace keratin::layers {

/// Numbers outside of [0, depth) count for nothing. weights: what each number counts for, or undefined.
Tensor encoded(const Tensor& indices, std::string_view mode, int64_t depth, DType dtype,
               const Tensor& weights = {});
Shape encoded_shape(const Shape& input, std::string_view mode, int64_t depth);

}  // namespace keratin::layers
