#pragma once

#include <keratin/layers/conv2d.hpp>
#include <keratin/ops/nn/conv.hpp>

namespace keratin::layers {

/// What the op needs of the layer's options.
inline nn::Conv2DOptions op_options(const Conv2DOptions& options) {
    return {.strides = options.strides,
            .padding = options.padding,
            .dilations = options.dilation_rate,
            .groups = options.groups};
}

}  // namespace keratin::layers
