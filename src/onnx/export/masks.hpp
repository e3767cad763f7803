#pragma once

#include "onnx/export/layers.hpp"

namespace keratin::onnx {

// Masks are bool tensors in Keras's order of axes, true where a position counts; one without a name is none.

/// What both let count, aligned at the last axis.
Mask both(GraphWriter& graph, const Mask& a, const Mask& b);
/// With an axis of extent 1 more.
Mask with_axis(GraphWriter& graph, const Mask& mask, int64_t axis);
/// Where a query may look: at its own place and before, as (queries, keys).
Mask causal_mask(LayerCall& call, int64_t queries, int64_t keys);
/// 1 where the mask lets count, 0 elsewhere.
std::string as_numbers(GraphWriter& graph, const Mask& mask);

/// Gives the outputs of a layer the masks that it hands on.
void hand_masks_on(LayerCall& call, std::vector<Value>& outputs);

}  // namespace keratin::onnx
