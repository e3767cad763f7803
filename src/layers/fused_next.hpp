#pragma once

#include <keratin/layers/layer.hpp>

#include <cstdint>

namespace keratin::layers {

/// What a layer can do of the next one's work, in one pass with its own.
enum class Along : uint8_t { nothing, max_pooling, relu };

/// What a model's loop over its layers does with one of them: layer(x), or next(layer(x)) in one pass where
/// the layer can do the next one's work along with its own (a Conv2D a max pooling by 2, a BatchNormalization
/// a ReLU); `both` tells which. next: null when nothing may run along.
Tensor call_along(const Layer& layer, const Layer* next, const Tensor& x, const CallOptions& options,
                  bool& both);

/// What the call of the layer that runs is to do of the next one's work.
Along wanted_along(const detail::LayerState& layer);

}  // namespace keratin::layers
