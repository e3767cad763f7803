#pragma once

#include <keratin/layers/layer.hpp>

#include <memory>

namespace keratin::detail {

/// A layer object that a graph can keep: the one of a std::shared_ptr that holds the layer, else a copy by
/// its class, which shares all state. Throws ValueError for a class of the user's that nobody has registered.
std::shared_ptr<Layer> shared_layer(const Layer& layer);

}  // namespace keratin::detail
