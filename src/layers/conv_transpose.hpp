#pragma once

#include "layers/separable_conv.hpp"

/// What Conv1DTranspose and Conv2DTranspose have in common.
namespace keratin::layers {

/// A transposed convolution on images: its output, and the convolution that leads back to its input.
struct Transposed {
    Shape output;  ///< with the batch and the channels of the input's and the filters
    nn::Conv2DOptions back;
};
struct TransposedWindow {
    Size2 kernel, strides, dilation;
    std::optional<Size2> output_padding;
    Padding padding;
};

/// Throws ShapeError where an output side would be below 1 or beyond memory.
Transposed transposed(const Shape& input, int64_t filters, const TransposedWindow& window,
                      const std::string& name);
/// activation(transposed convolution + bias) of images or sequences; bias may be undefined.
Tensor transposed_convolved(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                            const Transposed& transposed, const ActivationFunction& activation);

template <class Options>
TransposedWindow transposed_window(const Options& options) {
    TransposedWindow window{.kernel = as_image(options.kernel_size),
                            .strides = as_image(options.strides),
                            .dilation = as_image(options.dilation_rate),
                            .output_padding = {},
                            .padding = options.padding};
    if (options.output_padding) {
        window.output_padding = as_image(*options.output_padding);
        if (extents(options.kernel_size).rank() == 1) window.output_padding->height = 0;
    }
    return window;
}

template <class L>
Transposed transposed_by(const L& layer, const Shape& input) {
    require_input(input, layer.options.kernel_size, layer.name());
    if (layer.kernel.built())
        require_channels(input, layer.kernel.shape()[-1], layer.kernel.shape(), layer.name());
    return transposed(input, layer.filters, transposed_window(layer.options), layer.name());
}

template <class L>
Shape transposed_output(const L& layer, const Shape& input) {
    const Shape shape = transposed_by(layer, input).output;
    return input.rank() == 3 ? Shape{shape[0], shape[2], shape[3]} : shape;
}

template <class L>
Shape transposed_kernel_shape(const L& layer, const Shape& input) {
    require_input(input, layer.options.kernel_size, layer.name());
    return extents(layer.options.kernel_size) + Shape{layer.filters, channels_to_build(input, layer.name())};
}

template <class L>
void check_transposed(const L& layer) {
    const auto& options = layer.options;
    const std::string& name = layer.name();
    require_filters(layer.filters, name);
    require_window(options, name);
    require_named_padding(options.padding, name);
    require_no_strides_with_dilation(options, name);
    if (!options.output_padding) return;
    const Shape extra = extents(*options.output_padding), strides = extents(options.strides);
    for (int axis = 0; axis < extra.rank(); ++axis)
        if (extra[axis] < 0 || extra[axis] >= strides[axis])
            fail<ValueError>("{}: output_padding {} must not be negative and be below the strides {}", name,
                             shown(*options.output_padding), shown(options.strides));
}

template <class L>
Config transposed_config(const L& layer, Config config) {
    const auto& options = layer.options;
    config.set("filters", layer.filters);
    config.set("kernel_size", config_of(options.kernel_size));
    config.set("strides", config_of(options.strides));
    config.set("padding", to_string(options.padding));
    config.set("output_padding", options.output_padding ? config_of(*options.output_padding) : Config());
    config.set("data_format", "channels_last");
    config.set("dilation_rate", config_of(options.dilation_rate));
    set_activation(config, options, layer);
    set_kernel(config, options);
    return config;
}

template <class L, class Options>
std::shared_ptr<Layer> transposed_from_config(const Config& config, const char* class_name) {
    LayerReader reader(config, class_name);
    using Size = decltype(Options::kernel_size);
    const Config& n = reader.require("filters");
    auto options = reader.with_base(Options{.kernel_size = read_kernel_size<Size>(reader)});
    read_window(reader, options);
    options.padding = reader.padding();
    if (reader.find("output_padding")) options.output_padding = read_size(reader, "output_padding", Size(0));
    read_kernel(reader, options);
    reader.finish();
    return std::make_shared<L>(reader.at("filters", [&] { return n.as_integer(); }), std::move(options));
}

}  // namespace keratin::layers
