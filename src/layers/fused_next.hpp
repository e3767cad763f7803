#pragma once

#include <keratin/layers/layer.hpp>

#include <cstdint>

namespace keratin::layers {

/// What a layer can do of the next one's work, in one pass with its own.
enum class Along : uint8_t { nothing, max_pooling, relu };

/// What of `next` the layer can do along with its own call on x: a Conv2D a max pooling by 2, a
/// BatchNormalization a ReLU.
Along runs_along(const Layer& layer, const Layer& next, const Shape& x);

/// While it lives, this thread's calls of the layer do that as well.
class RunningAlong {
public:
    RunningAlong(const Layer& layer, Along what);
    ~RunningAlong();
    RunningAlong(const RunningAlong&) = delete;
    RunningAlong& operator=(const RunningAlong&) = delete;

    static Along wanted(const detail::LayerState& layer);

private:
    const void* outer_layer_;
    Along outer_;
};

}  // namespace keratin::layers
