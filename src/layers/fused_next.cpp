#include "layers/fused_next.hpp"

#include "layers/conv_options.hpp"
#include "layers/layer_state.hpp"
#include "ops/nn/conv_max_pool.hpp"

#include <keratin/layers/activation.hpp>
#include <keratin/layers/batch_normalization.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/max_pooling2d.hpp>
#include <keratin/layers/relu.hpp>

#include <typeinfo>

namespace keratin::layers {
namespace {

thread_local const void* wanted_layer = nullptr;
thread_local Along wanted_work = Along::nothing;

bool halves(const MaxPooling2D& pool) {
    const Size2 two(2);
    return pool.pool_size == two && pool.options.strides.value_or(pool.pool_size) == two &&
           pool.options.padding == Padding("valid");
}

bool plain(const Layer& layer) {
    return !detail::LayerState::of(layer)->activity_regularizer;
}

/// Whether the convolution's result has a square to pool; otherwise the pooling says so, in its own name.
bool has_squares(const Conv2D& conv, const Shape& x) {
    if (x.rank() != 4) return false;
    const Conv2DOptions& o = conv.options;
    const auto side = [&](int64_t in, int64_t taps, int64_t stride, int64_t dilation) {
        return window_extent(in, taps, stride, dilation, o.padding.kind(), {0, 0}).out;
    };
    return side(x[1], o.kernel_size.height, o.strides.height, o.dilation_rate.height) > 1 &&
           side(x[2], o.kernel_size.width, o.strides.width, o.dilation_rate.width) > 1;
}

bool takes_pooling(const Conv2D& conv) {
    const bool simple = conv.options.activation.is_linear() || conv.options.activation.name() == "relu";
    return simple && conv.kernel.built() &&
           nn::pools_in_one_pass(conv.kernel.shape(), op_options(conv.options));
}

bool pools(const Layer& layer, const Layer& next, const Shape& x) {
    if (typeid(layer) != typeid(Conv2D) || typeid(next) != typeid(MaxPooling2D)) return false;
    const auto& conv = static_cast<const Conv2D&>(layer);
    return takes_pooling(conv) && halves(static_cast<const MaxPooling2D&>(next)) && has_squares(conv, x);
}

bool is_relu(const Layer& layer) {
    if (typeid(layer) == typeid(Activation))
        return static_cast<const Activation&>(layer).activation.name() == "relu";
    if (typeid(layer) != typeid(ReLU)) return false;
    const ReLUOptions& o = static_cast<const ReLU&>(layer).options;
    return !o.max_value && o.negative_slope == 0 && o.threshold == 0;
}

/// While it lives, this thread's calls of the layer do that as well.
class RunningAlong {
public:
    RunningAlong(const Layer& layer, Along what) : outer_layer_(wanted_layer), outer_(wanted_work) {
        wanted_layer = detail::LayerState::of(layer).get();
        wanted_work = what;
    }
    ~RunningAlong() {
        wanted_layer = outer_layer_;
        wanted_work = outer_;
    }
    RunningAlong(const RunningAlong&) = delete;
    RunningAlong& operator=(const RunningAlong&) = delete;

private:
    const void* outer_layer_;
    Along outer_;
};

Along runs_along(const Layer& layer, const Layer& next, const Shape& x) {
    // A class derived from one of these may do something else, hence typeid.
    if (!plain(layer) || !plain(next) || !next.built() || layer.compute_dtype() != next.compute_dtype())
        return Along::nothing;
    if (pools(layer, next, x)) return Along::max_pooling;
    return typeid(layer) == typeid(BatchNormalization) && is_relu(next) ? Along::relu : Along::nothing;
}

}  // namespace

Tensor call_along(const Layer& layer, const Layer* next, const Tensor& x, const CallOptions& options,
                  bool& both) {
    const Along along = next ? runs_along(layer, *next, x.shape()) : Along::nothing;
    both = along != Along::nothing;
    const RunningAlong running(layer, along);
    return layer(x, options);
}

Along wanted_along(const detail::LayerState& layer) {
    return wanted_layer == &layer ? wanted_work : Along::nothing;
}

}  // namespace keratin::layers
