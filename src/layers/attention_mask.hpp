#pragma once

#include "ops/masks.hpp"

#include <keratin/core/tensor.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

/// Masks of attention: true where a query may look at a key.
namespace keratin::layers {

using ops::both;

/// (1, queries, keys): no query looks at a later key.
inline Tensor causal_mask(int64_t queries, int64_t keys) {
    const Tensor row = reshape(arange(0, queries, 1, int64), {1, queries, 1});
    const Tensor column = reshape(arange(0, keys, 1, int64), {1, 1, keys});
    return greater_equal(row, column);
}

/// What stands for a score that a mask leaves out: its softmax is 0, and a sum of them is finite.
inline double excluded_score(DType dtype) {
    return dtype == float16 ? -3e4 : -1e9;
}

}  // namespace keratin::layers
