#pragma once

#include <keratin/layers/input_spec.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace keratin::detail {

/// Throws ValueError, naming the layer, when no input could be what is asked for.
void check_spec(const InputSpec& spec, const std::string& layer);

/// Throws ValueError for another number of inputs than of specs.
void require_inputs(const std::vector<InputSpec>& specs, size_t inputs, const std::string& layer);

/// Throws ShapeError or DTypeError, naming the layer, when the input is not what is asked for
/// (keras/src/layers/input_spec.py). Unknown extents fit everything.
void require_fit(const InputSpec& spec, size_t input, const Shape& shape, DType dtype,
                 const std::string& layer);

}  // namespace keratin::detail
