#pragma once

#include <keratin/core/random.hpp>
#include <keratin/core/tensor.hpp>

namespace keratin::nn {

/// x + bias along the last axis: x (.., channels), bias (channels).
KERATIN_EXPORT Tensor bias_add(const Tensor& x, const Tensor& bias);

struct Moments {
    Tensor mean;
    Tensor variance;  ///< divided by n
};
/// Mean and variance over all axes but `axis`, each of shape (extent of axis).
KERATIN_EXPORT Moments batch_moments(const Tensor& x, int axis = -1);

/// (x - mean) / sqrt(variance + epsilon) * gamma + beta along `axis`; gamma and beta may be undefined
/// (tf.nn.batch_normalization).
KERATIN_EXPORT Tensor batch_normalization(const Tensor& x, const Tensor& mean, const Tensor& variance,
                                          const Tensor& gamma, const Tensor& beta, double epsilon,
                                          int axis = -1);

/// Elements kept with probability 1 - rate and scaled by 1 / (1 - rate), the others 0; rate 1 gives zeros.
/// noise_shape (default: x's) broadcasts one decision over its axes of extent 1. Throws ValueError outside
/// [0, 1].
KERATIN_EXPORT Tensor dropout(const Tensor& x, double rate, SeedGenerator::Draw draw,
                              const Shape* noise_shape = nullptr);
KERATIN_EXPORT Tensor dropout(const Tensor& x, double rate);  ///< drawn from the default generator

}  // namespace keratin::nn
