#pragma once

#include "layers/depthwise_conv.hpp"

/// What SeparableConv1D and SeparableConv2D have in common.
namespace keratin::layers {

inline void require_filters(int64_t filters, const std::string& name) {
    if (filters < 1) fail<ValueError>("{}: filters is {}; it must be at least 1", name, filters);
}

template <class L>
Shape separable_output(const L& layer, const Shape& input) {
    const Shape kernel = layer.depthwise_kernel.built() ? layer.depthwise_kernel.shape()
                                                        : depthwise_shape(layer.options, input, layer.name());
    return depthwise_output(layer.options, input, kernel, layer.name()).with(-1, layer.filters);
}

/// (1, .., channels * multiplier, filters)
inline Shape pointwise_shape(const Shape& depthwise, int64_t filters) {
    Shape shape = depthwise;
    for (int axis = 0; axis < shape.rank() - 2; ++axis) shape = shape.with(axis, 1);
    return shape.with(-2, depthwise[-2] * depthwise[-1]).with(-1, filters);
}

template <class Options>
WeightOptions pointwise_weight(const Options& options, const Shape& shape) {
    return {.name = "pointwise_kernel",
            .shape = shape,
            .initializer = options.pointwise_initializer,
            .regularizer = options.pointwise_regularizer,
            .constraint = options.pointwise_constraint};
}

template <class L>
Config separable_config(const L& layer, Config config) {
    const auto& options = layer.options;
    config.set("depth_multiplier", options.depth_multiplier);
    config.set("filters", layer.filters);
    set_window(config, options);
    set_activation(config, options, layer);
    config.set("depthwise_initializer", node_of(options.depthwise_initializer));
    config.set("pointwise_initializer", node_of(options.pointwise_initializer));
    config.set("bias_initializer", node_of(options.bias_initializer));
    config.set("depthwise_regularizer", node_of(options.depthwise_regularizer));
    config.set("pointwise_regularizer", node_of(options.pointwise_regularizer));
    config.set("bias_regularizer", node_of(options.bias_regularizer));
    config.set("activity_regularizer", node_of(options.activity_regularizer));
    config.set("depthwise_constraint", node_of(options.depthwise_constraint));
    config.set("pointwise_constraint", node_of(options.pointwise_constraint));
    config.set("bias_constraint", node_of(options.bias_constraint));
    return config;
}

template <class L, class Options>
std::shared_ptr<Layer> separable_from_config(const Config& config, const char* class_name) {
    LayerReader reader(config, class_name);
    using Size = decltype(Options::kernel_size);
    const Config& n = reader.require("filters");
    auto options = reader.with_base(Options{.kernel_size = read_kernel_size<Size>(reader)});
    read_depthwise(reader, options);
    options.pointwise_initializer = reader.initializer("pointwise_initializer", "glorot_uniform");
    options.pointwise_regularizer = reader.regularizer("pointwise_regularizer");
    options.pointwise_constraint = reader.constraint("pointwise_constraint");
    reader.finish();
    return std::make_shared<L>(reader.at("filters", [&] { return n.as_integer(); }), std::move(options));
}

}  // namespace keratin::layers
