#pragma once

#include <keratin/core/tensor.hpp>

/// Cross-entropies, one value per sample: the last axis of logits is the classes'.
namespace keratin::nn {

/// -log softmax(logits)[label]: labels (int32 or int64) of shape (..), logits (.., classes) -> (..). Throws
/// ValueError naming the first label outside [0, classes), ShapeError when the shapes do not go together.
KERATIN_EXPORT Tensor sparse_softmax_cross_entropy_with_logits(const Tensor& labels, const Tensor& logits);
/// -sum(target * log_softmax(logits)): (.., classes) both -> (..).
KERATIN_EXPORT Tensor softmax_cross_entropy_with_logits(const Tensor& target, const Tensor& logits);
/// max(x, 0) - x * target + log1p(exp(-|x|)), element by element.
KERATIN_EXPORT Tensor sigmoid_cross_entropy_with_logits(const Tensor& target, const Tensor& logits);

}  // namespace keratin::nn
