#pragma once

#include "layers/convolution.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/nn/pool.hpp>
#include <keratin/ops/shaping.hpp>

#include <memory>

/// What max and average pooling of images and of sequences have in common.
namespace keratin::layers {

template <class Options>
nn::Pool2DOptions pool_options(const Options& options) {
    nn::Pool2DOptions pool{.padding = options.padding};
    if (options.strides) pool.strides = as_image(*options.strides);
    return pool;
}

template <class Pooling>
void check_pooling(const Pooling& layer) {
    require_positive(layer.pool_size, "pool_size", layer.name());
    if (layer.options.strides) require_positive(*layer.options.strides, "strides", layer.name());
    require_named_padding(layer.options.padding, layer.name());
}

/// The shape of pooled sequences.
template <class Pooling>
Shape pooled_steps(const Pooling& layer, const Shape& input) {
    require_sequences(input, layer.name());
    const nn::Pool2DOptions pool = pool_options(layer.options);
    const Size2 window = as_image(layer.pool_size);
    if (input[1] == 0)
        fail<ShapeError>("{}: input of shape {} has no steps; there must be at least 1", layer.name(), input);
    if (input[1] != Shape::unknown &&
        window_extent(input[1], window.width, pool.strides.value_or(window).width, 1, pool.padding.kind(),
                      {0, 0})
                .out < 1)
        fail<ShapeError>(
            "{}: pool of {} steps does not fit input {}; use padding \"same\" or a smaller pool_size",
            layer.name(), window.width, input);
    const Shape shape =
        nn::pool2d_shape({input[0], 1, input[1], input[2]}, window, pool, layer.name().c_str());
    return {shape[0], shape[2], shape[3]};
}

/// Sequences through a pooling of images.
template <class Pooling, class Pool>
Tensor pooled(const Pooling& layer, const Tensor& x, Pool pool) {
    require_floating(x, layer.name());
    const Shape shape = pooled_steps(layer, x.shape());
    const Tensor image = reshape(x, {x.shape()[0], 1, x.shape()[1], x.shape()[2]});
    return reshape(pool(image, as_image(layer.pool_size), pool_options(layer.options)), shape);
}

template <class Pooling>
Config pooling_config(const Pooling& layer, Config config) {
    config.set("pool_size", config_of(layer.pool_size));
    config.set("padding", to_string(layer.options.padding));
    config.set("strides", config_of(layer.options.strides.value_or(layer.pool_size)));
    config.set("data_format", "channels_last");
    return config;
}

template <class Pooling, class Options>
std::shared_ptr<Layer> pooling_from_config(const Config& config, const char* class_name) {
    LayerReader reader(config, class_name);
    auto options = reader.options<Options>();
    const auto pool_size = read_size(reader, "pool_size", decltype(Pooling::pool_size)(2));
    options.padding = reader.padding();
    options.strides = read_size(reader, "strides", pool_size);
    reader.data_format();
    reader.finish();
    return std::make_shared<Pooling>(pool_size, std::move(options));
}

}  // namespace keratin::layers
