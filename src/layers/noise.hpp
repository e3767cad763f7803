#pragma once

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>
#include <keratin/core/shape.hpp>
#include <keratin/layers/seeding.hpp>

#include <cstdint>
#include <optional>
#include <string>

/// What layers with random numbers have in common.
namespace keratin::layers {

/// noise_shape with the input's extents where it leaves them open; the input's where there is none.
inline Shape noise_of(const std::optional<Shape>& noise, const Shape& input, const std::string& name) {
    if (!noise) return input;
    bool fits = noise->rank() == input.rank();
    Shape resolved = *noise;
    for (int axis = 0; fits && axis < noise->rank(); ++axis) {
        if (resolved[axis] == Shape::unknown) resolved = resolved.with(axis, input[axis]);
        fits = resolved[axis] == 1 || resolved[axis] == input[axis];
    }
    if (!fits)
        fail<ShapeError>(
            "{}: noise_shape {} does not broadcast to the input's shape {}; give 1 or the input's "
            "extent for each axis",
            name, *noise, input);
    return resolved;
}

}  // namespace keratin::layers
