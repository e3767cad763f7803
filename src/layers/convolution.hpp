#pragma once

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/ops/nn/conv.hpp>

#include <string>

/// What the convolutions of images and those of sequences have in common. A sequence (batch, steps, channels)
/// is an image one pixel high, a kernel of so many steps one of so many columns.
namespace keratin::layers {

inline Size2 as_image(Size2 size) {
    return size;
}
inline Size2 as_image(Size1 size) {
    return {1, size.steps};
}
inline Shape extents(Size2 size) {
    return {size.height, size.width};
}
inline Shape extents(Size1 size) {
    return {size.steps};
}
inline Config config_of(Size2 size) {
    return size;
}
inline Config config_of(Size1 size) {
    return Config::List{size.steps};
}
inline std::string shown(Size2 size) {
    return to_string(size);
}
inline std::string shown(Size1 size) {
    return fmt::format("{}", size.steps);
}
inline Size2 read_size(LayerReader& reader, const char* key, Size2 otherwise) {
    return reader.size(key, otherwise);
}
inline Size1 read_size(LayerReader& reader, const char* key, Size1 otherwise) {
    return reader.steps(key, otherwise);
}

/// kernel_size, which must be there.
template <class Size>
Size read_kernel_size(LayerReader& reader) {
    reader.require("kernel_size");
    return read_size(reader, "kernel_size", Size(1));
}

/// Throws unless the input is images for a Size2, sequences for a Size1.
inline void require_input(const Shape& input, Size2, const std::string& name) {
    require_images(input, name);
}
inline void require_input(const Shape& input, Size1, const std::string& name) {
    require_sequences(input, name);
}

/// The channels that a kernel is made for; throws ShapeError when they are unknown or none.
int64_t channels_to_build(const Shape& input, const std::string& name);
/// Throws ShapeError when the input has other channels than the kernel was built for.
void require_channels(const Shape& input, int64_t channels, const Shape& kernel, const std::string& name);

/// The shape of a convolution of images or sequences with a kernel of this shape, (.., channels / groups,
/// filters).
Shape convolved_shape(const Shape& input, const Shape& kernel, const nn::Conv2DOptions& options,
                      const std::string& name);
/// activation(convolution + bias); bias may be undefined.
Tensor convolved(const Tensor& x, const Tensor& kernel, const Tensor& bias, const nn::Conv2DOptions& options,
                 const ActivationFunction& activation);

/// What the op needs of the options of a layer without groups.
template <class Options>
nn::Conv2DOptions plain_op_options(const Options& options) {
    return {.strides = as_image(options.strides),
            .padding = options.padding,
            .dilations = as_image(options.dilation_rate)};
}

template <class Options>
void require_window(const Options& options, const std::string& name) {
    require_positive(options.kernel_size, "kernel_size", name);
    require_positive(options.strides, "strides", name);
    require_positive(options.dilation_rate, "dilation_rate", name);
}

template <class Options>
void require_no_strides_with_dilation(const Options& options, const std::string& name) {
    const Size2 strides = as_image(options.strides), dilation = as_image(options.dilation_rate);
    if (!(strides == Size2(1)) && !(dilation == Size2(1)))
        fail<ValueError>("{}: strides {} and dilation_rate {} are both above 1; use one of them", name,
                         shown(options.strides), shown(options.dilation_rate));
}

template <class Options>
void set_window(Config& config, const Options& options) {
    config.set("kernel_size", config_of(options.kernel_size));
    config.set("strides", config_of(options.strides));
    config.set("padding", to_string(options.padding));
    config.set("data_format", "channels_last");
    config.set("dilation_rate", config_of(options.dilation_rate));
}
template <class Options>
void set_activation(Config& config, const Options& options, const Layer& layer) {
    config.set("activation", activation_config(options.activation, layer));
    config.set("use_bias", options.use_bias);
}

template <class Options>
void read_window(LayerReader& reader, Options& options) {
    options.strides = read_size(reader, "strides", decltype(options.strides)(1));
    reader.data_format();
    options.dilation_rate = read_size(reader, "dilation_rate", decltype(options.dilation_rate)(1));
    options.activation = reader.activation();
    options.use_bias = reader.flag("use_bias", true);
    options.bias_initializer = reader.initializer("bias_initializer", "zeros");
    options.bias_regularizer = reader.regularizer("bias_regularizer");
    options.bias_constraint = reader.constraint("bias_constraint");
}

/// The members of a config that speak of `kernel` and of the bias.
template <class Options>
void set_kernel(Config& config, const Options& options) {
    config.set("kernel_initializer", node_of(options.kernel_initializer));
    config.set("bias_initializer", node_of(options.bias_initializer));
    config.set("kernel_regularizer", node_of(options.kernel_regularizer));
    config.set("bias_regularizer", node_of(options.bias_regularizer));
    config.set("activity_regularizer", node_of(options.activity_regularizer));
    config.set("kernel_constraint", node_of(options.kernel_constraint));
    config.set("bias_constraint", node_of(options.bias_constraint));
}
template <class Options>
void read_kernel(LayerReader& reader, Options& options) {
    options.kernel_initializer = reader.initializer("kernel_initializer", "glorot_uniform");
    options.kernel_regularizer = reader.regularizer("kernel_regularizer");
    options.kernel_constraint = reader.constraint("kernel_constraint");
}

/// How the bias is made, and a kernel of that name.
template <class Options>
WeightOptions bias_weight(const Options& options, int64_t filters) {
    return {.name = "bias",
            .shape = {filters},
            .initializer = options.bias_initializer,
            .regularizer = options.bias_regularizer,
            .constraint = options.bias_constraint};
}
template <class Options>
WeightOptions kernel_weight(const Options& options, const Shape& shape) {
    return {.name = "kernel",
            .shape = shape,
            .initializer = options.kernel_initializer,
            .regularizer = options.kernel_regularizer,
            .constraint = options.kernel_constraint};
}
template <class Options>
WeightOptions depthwise_weight(const Options& options, const char* name, const Shape& shape) {
    return {.name = name,
            .shape = shape,
            .initializer = options.depthwise_initializer,
            .regularizer = options.depthwise_regularizer,
            .constraint = options.depthwise_constraint};
}

}  // namespace keratin::layers
