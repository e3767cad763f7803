#pragma once

#include <keratin/core/tensor.hpp>

#include <string>
#include <utility>
#include <vector>

namespace keratin::io {

/// What a file of tensors holds, in its order.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

}  // namespace keratin::io
