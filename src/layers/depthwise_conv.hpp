#pragma once

#include "layers/convolution.hpp"

#include <keratin/core/error.hpp>

#include <memory>

/// What DepthwiseConv1D, DepthwiseConv2D and the first half of the separable convolutions have in common.
namespace keratin::layers {

/// (.., channels, multiplier): what Keras keeps.
template <class Options>
Shape depthwise_shape(const Options& options, const Shape& input, const std::string& name) {
    require_input(input, options.kernel_size, name);
    return extents(options.kernel_size) + Shape{channels_to_build(input, name), options.depth_multiplier};
}

/// (.., 1, channels * multiplier): the same numbers as a group for each channel, which the op takes.
inline Shape grouped_shape(const Shape& kernel) {
    return kernel.slice(0, -2) + Shape{1, kernel[-2] * kernel[-1]};
}

template <class Options>
nn::Conv2DOptions depthwise_op_options(const Options& options, int64_t channels) {
    nn::Conv2DOptions conv = plain_op_options(options);
    conv.groups = channels;
    return conv;
}

template <class Options>
void check_depthwise(const Options& options, const std::string& name) {
    require_window(options, name);
    require_named_padding(options.padding, name);
    if (options.depth_multiplier < 1)
        fail<ValueError>("{}: depth_multiplier is {}; it must be at least 1", name, options.depth_multiplier);
}

/// The shape after every channel by itself, for a kernel of the shape that Keras keeps.
template <class Options>
Shape depthwise_output(const Options& options, const Shape& input, const Shape& kernel,
                       const std::string& name) {
    require_input(input, options.kernel_size, name);
    require_channels(input, kernel[-2], kernel, name);
    return convolved_shape(input, grouped_shape(kernel), depthwise_op_options(options, kernel[-2]), name);
}

template <class L>
Shape depthwise_layer_output(const L& layer, const Shape& input) {
    const Shape kernel =
        layer.kernel.built() ? layer.kernel.shape() : depthwise_shape(layer.options, input, layer.name());
    return depthwise_output(layer.options, input, kernel, layer.name());
}

template <class L>
Config depthwise_config(const L& layer, Config config) {
    const auto& options = layer.options;
    config.set("depth_multiplier", options.depth_multiplier);
    set_window(config, options);
    set_activation(config, options, layer);
    config.set("depthwise_initializer", node_of(options.depthwise_initializer));
    config.set("bias_initializer", node_of(options.bias_initializer));
    config.set("depthwise_regularizer", node_of(options.depthwise_regularizer));
    config.set("bias_regularizer", node_of(options.bias_regularizer));
    config.set("activity_regularizer", node_of(options.activity_regularizer));
    config.set("depthwise_constraint", node_of(options.depthwise_constraint));
    config.set("bias_constraint", node_of(options.bias_constraint));
    return config;
}

template <class Options>
void read_depthwise(LayerReader& reader, Options& options) {
    read_window(reader, options);
    options.padding = reader.padding();
    options.depth_multiplier = reader.integer("depth_multiplier", 1);
    options.depthwise_initializer = reader.initializer("depthwise_initializer", "glorot_uniform");
    options.depthwise_regularizer = reader.regularizer("depthwise_regularizer");
    options.depthwise_constraint = reader.constraint("depthwise_constraint");
}

template <class L, class Options>
std::shared_ptr<Layer> depthwise_from_config(const Config& config, const char* class_name) {
    LayerReader reader(config, class_name);
    using Size = decltype(Options::kernel_size);
    auto options = reader.with_base(Options{.kernel_size = read_kernel_size<Size>(reader)});
    read_depthwise(reader, options);
    reader.finish();
    return std::make_shared<L>(std::move(options));
}

}  // namespace keratin::layers
