#pragma once

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/ops/nn/pool.hpp>

#include <memory>

/// What MaxPooling2D and AveragePooling2D have in common.
namespace keratin::layers {

template <class Options>
nn::Pool2DOptions pool_options(const Options& options) {
    return {.strides = options.strides, .padding = options.padding};
}

template <class Pooling>
void check_pooling(const Pooling& layer) {
    require_positive(layer.pool_size, "pool_size", layer.name());
    if (layer.options.strides) require_positive(*layer.options.strides, "strides", layer.name());
    require_named_padding(layer.options.padding, layer.name());
}

template <class Pooling>
Config pooling_config(const Pooling& layer, Config config) {
    config.set("pool_size", layer.pool_size);
    config.set("padding", to_string(layer.options.padding));
    config.set("strides", layer.options.strides.value_or(layer.pool_size));
    config.set("data_format", "channels_last");
    return config;
}

template <class Pooling, class Options>
std::shared_ptr<Layer> pooling_from_config(const Config& config, const char* class_name) {
    LayerReader reader(config, class_name);
    auto options = reader.options<Options>();
    const Size2 pool_size = reader.size("pool_size", 2);
    options.padding = reader.padding();
    options.strides = reader.size("strides", pool_size);
    reader.data_format();
    reader.finish();
    return std::make_shared<Pooling>(pool_size, std::move(options));
}

}  // namespace keratin::layers
