#pragma once

#include <keratin/io/npy.hpp>

#include "io/source.hpp"

namespace keratin::io {

/// load_npy() and load_npz() of bytes from anywhere.
Tensor read_npy(const Source& file);
NamedTensors read_npz(const std::shared_ptr<const Source>& file, const ReadLimits& limits);

}  // namespace keratin::io
