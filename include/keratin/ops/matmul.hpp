#pragma once

#include <keratin/core/tensor.hpp>

namespace keratin {

struct MatmulOptions {
    bool transpose_a = false;
    bool transpose_b = false;
};

/// Matrix product over the last two axes; the axes before broadcast (tf.matmul). (.., m, k) x (.., k, n) ->
/// (.., m, n). Throws ShapeError when the inner extents differ or an operand has rank below 2.
KERATIN_EXPORT Tensor matmul(const Tensor& a, const Tensor& b, const MatmulOptions& options = {});

}  // namespace keratin
