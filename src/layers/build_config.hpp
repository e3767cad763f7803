#pragma once

#include <keratin/core/config.hpp>
#include <keratin/layers/layer.hpp>

#include <vector>

namespace keratin {

/// The "build_config" of a layer that was built for inputs of these shapes: one shape, those of a list, or by
/// the names that the arguments of Keras's build() have.
Config build_config(const Layer& layer, const std::vector<Shape>& shapes);

}  // namespace keratin
