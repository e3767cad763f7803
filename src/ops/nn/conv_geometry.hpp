#pragma once

#include "kernels/kernels.hpp"

#include <keratin/ops/nn/conv.hpp>

namespace keratin::nn {

struct ConvGeometry {
    kernels::Conv2D extents;
    Shape output;
};

/// Checks input, kernel and options against each other and works the rest out: conv2d_shape with all that a
/// kernel needs to know.
ConvGeometry conv_geometry(const Shape& x, const Shape& kernel, const Conv2DOptions& options,
                           const char* owner);

}  // namespace keratin::nn
