#pragma once

#include <keratin/core/tensor.hpp>

/// Keras's activation functions; x of any shape, float dtypes.
namespace keratin::nn {

struct ReluOptions {
    double negative_slope = 0.0;
    double max_value = -1.0;  ///< negative: no limit
    double threshold = 0.0;
};

/// max(x, 0); its gradient at 0 is 0.
KERATIN_EXPORT Tensor relu(const Tensor& x);
/// x > threshold ? min(x, max_value) : negative_slope * (x - threshold).
KERATIN_EXPORT Tensor relu(const Tensor& x, const ReluOptions& options);
KERATIN_EXPORT Tensor relu6(const Tensor& x);  ///< min(max(x, 0), 6)
KERATIN_EXPORT Tensor leaky_relu(const Tensor& x, double negative_slope = 0.2);
KERATIN_EXPORT Tensor elu(const Tensor& x, double alpha = 1.0);
KERATIN_EXPORT Tensor selu(const Tensor& x);
KERATIN_EXPORT Tensor gelu(const Tensor& x, bool approximate = false);
KERATIN_EXPORT Tensor silu(const Tensor& x);          ///< x * sigmoid(x)
KERATIN_EXPORT Tensor hard_sigmoid(const Tensor& x);  ///< relu6(x + 3) / 6
KERATIN_EXPORT Tensor hard_silu(const Tensor& x);     ///< x * hard_sigmoid(x)
KERATIN_EXPORT Tensor softplus(const Tensor& x);      ///< log(1 + exp(x)), stable
KERATIN_EXPORT Tensor softsign(const Tensor& x);      ///< x / (1 + |x|)
KERATIN_EXPORT Tensor mish(const Tensor& x);          ///< x * tanh(softplus(x))
KERATIN_EXPORT Tensor log_sigmoid(const Tensor& x);   ///< -softplus(-x)
KERATIN_EXPORT Tensor erf(const Tensor& x);

/// exp(x) / sum(exp(x)) along an axis, stable for any finite x.
KERATIN_EXPORT Tensor softmax(const Tensor& x, int axis = -1);
KERATIN_EXPORT Tensor log_softmax(const Tensor& x, int axis = -1);

}  // namespace keratin::nn
