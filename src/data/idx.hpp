#pragma once

#include <keratin/core/tensor.hpp>
#include <keratin/io/limits.hpp>

#include "io/source.hpp"

namespace keratin::data {

/// read_idx() of bytes from anywhere.
Tensor read_idx(const io::Source& file, const io::ReadLimits& limits);

}  // namespace keratin::data
