#pragma once

#include "layers/config.hpp"

/// What the layers that normalize compute in, whatever their policy.
namespace keratin::layers {

/// Normalizations compute in at least float32: moments overflow in 16 bits.
inline DType normalizing_dtype(const Layer& layer) {
    return is_half(layer.dtype()) ? float32 : layer.dtype();
}

/// A layer's options for one that looks after its dtypes itself.
template <class Options>
LayerOptions without_autocast(const Options& options) {
    LayerOptions own = layer_options(options);
    own.autocast = false;
    return own;
}

}  // namespace keratin::layers
