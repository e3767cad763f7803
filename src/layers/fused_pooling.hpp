#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// True when `next` is a max pooling by 2 that `layer`, a Conv2D, can do along with its convolution of x.
bool pools_along(const Layer& layer, const Layer& next, const Shape& x);

/// While it lives, this thread's next call of the layer pools its result by 2 as well.
class PoolingAlong {
public:
    explicit PoolingAlong(const Layer& layer);
    ~PoolingAlong();
    PoolingAlong(const PoolingAlong&) = delete;
    PoolingAlong& operator=(const PoolingAlong&) = delete;

    static bool wanted(const detail::LayerState& layer);

private:
    const void* outer_;
};

}  // namespace keratin::layers
