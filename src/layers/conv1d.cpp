#include <keratin/layers/conv1d.hpp>

#include "layers/convolution.hpp"

#include <keratin/core/error.hpp>

namespace keratin::layers {
namespace {

Shape kernel_shape(const Conv1D& layer, const Shape& input) {
    require_sequences(input, layer.name());
    const int64_t channels = channels_to_build(input, layer.name()), groups = layer.options.groups;
    if (channels % groups != 0)
        fail<ShapeError>(
            "{}: input of shape {} has {} channels, which {} groups do not divide; use a number of "
            "channels that is a multiple of groups",
            layer.name(), input, channels, groups);
    return {layer.options.kernel_size.steps, channels / groups, layer.filters};
}

nn::Conv2DOptions op_options(const Conv1DOptions& options) {
    nn::Conv2DOptions conv{.strides = as_image(options.strides),
                           .padding = "valid",
                           .dilations = as_image(options.dilation_rate),
                           .groups = options.groups};
    if (options.padding.kind() == Padding1D::Kind::same) conv.padding = "same";
    if (options.padding.kind() == Padding1D::Kind::causal) {
        int64_t zeros = 0;
        if (__builtin_mul_overflow(options.kernel_size.steps - 1, options.dilation_rate.steps, &zeros))
            zeros = INT64_MAX;
        conv.padding = {{0, 0}, {zeros, 0}};
    }
    return conv;
}

Shape output_shape(const Conv1D& layer, const Shape& input, const Shape& kernel) {
    require_sequences(input, layer.name());
    require_channels(input, kernel[1] * layer.options.groups, kernel, layer.name());
    return convolved_shape(input, kernel, op_options(layer.options), layer.name());
}

}  // namespace

Conv1D::Conv1D(int64_t n, Conv1DOptions given)
    : Layer(layer_options(given), "Conv1D"), filters(n), options(std::move(given)) {
    if (filters < 1) fail<ValueError>("{}: filters is {}; it must be at least 1", name(), filters);
    require_window(options, name());
    if (options.groups < 1 || filters % options.groups != 0)
        fail<ValueError>("{}: {} groups do not divide {} filters; use a number of filters that is a multiple",
                         name(), options.groups, filters);
    require_no_strides_with_dilation(options, name());
}

void Conv1D::build_variables(const Shape& input_shape) {
    add_weight(kernel, kernel_weight(options, kernel_shape(*this, input_shape)));
    if (options.use_bias) add_weight(bias, bias_weight(options, filters));
}

void Conv1D::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {kernel, bias});
}

Tensor Conv1D::call(const Tensor& x) {
    require_floating(x, name());
    output_shape(*this, x.shape(), kernel.shape());
    return convolved(x, kernel, options.use_bias ? bias.value() : Tensor(), op_options(options),
                     options.activation);
}

Shape Conv1D::compute_output_shape(const Shape& input) const {
    return output_shape(*this, input, kernel.built() ? kernel.shape() : kernel_shape(*this, input));
}

Config Conv1D::get_config() const {
    Config config = base_config();
    config.set("filters", filters);
    set_window(config, options);
    config.set("groups", options.groups);
    set_activation(config, options, *this);
    set_kernel(config, options);
    return config;
}

std::shared_ptr<Layer> Conv1D::from_config(const Config& config) {
    LayerReader reader(config, "Conv1D");
    const Config& n = reader.require("filters");
    auto options = reader.with_base(Conv1DOptions{.kernel_size = read_kernel_size<Size1>(reader)});
    read_window(reader, options);
    options.padding = reader.padding1d();
    options.groups = reader.integer("groups", 1);
    read_kernel(reader, options);
    reader.finish();
    return std::make_shared<Conv1D>(reader.at("filters", [&] { return n.as_integer(); }), std::move(options));
}

}  // namespace keratin::layers
