#pragma once

#include <keratin/core/tensor.hpp>

#include <string>

namespace keratin::losses {

/// The weights with the rank of the values: those of fewer axes apply to the first ones; those of one axis
/// more, ending in 1, to all of them. Throws ShapeError, in the owner's name, when they do not fit.
Tensor fitted_weight(Tensor weight, const Tensor& values, const std::string& owner);

}  // namespace keratin::losses
