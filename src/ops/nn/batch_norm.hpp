#pragma once

#include <keratin/core/tensor.hpp>

namespace keratin::nn {

/// A batch normalized by its own moments along its last axis.
struct Normalized {
    Tensor y, mean, variance;
};

/// batch_normalization(x, batch_moments(x), gamma, beta, epsilon) over the last axis, then relu where wanted:
/// one pass for each moment and one for y, two for the gradients. gamma and beta may be undefined. The
/// moments come unrecorded. Throws what those ops throw.
Normalized normalize_batch(const Tensor& x, const Tensor& gamma, const Tensor& beta, double epsilon,
                           bool relu);

}  // namespace keratin::nn
