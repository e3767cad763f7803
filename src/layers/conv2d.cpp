#include <keratin/layers/conv2d.hpp>

#include "layers/conv_options.hpp"
#include "layers/convolution.hpp"
#include "layers/fused_activation.hpp"
#include "layers/fused_next.hpp"
#include "ops/nn/conv_fused.hpp"
#include "ops/nn/conv_max_pool.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/nn/conv.hpp>

namespace keratin::layers {
namespace {

Shape kernel_shape(const Conv2D& layer, const Shape& input) {
    require_images(input, layer.name());
    const int64_t channels = input[3], groups = layer.options.groups;
    if (channels == Shape::unknown)
        fail<ShapeError>("{}: input has shape {}; the channels must be known to make the kernel",
                         layer.name(), input);
    if (channels < 1 || channels % groups != 0)
        fail<ShapeError>(
            "{}: input of shape {} has {} channels, which {} groups do not divide; use a number of "
            "channels that is a multiple of groups",
            layer.name(), input, channels, groups);
    const Size2 size = layer.options.kernel_size;
    return {size.height, size.width, channels / groups, layer.filters};
}

}  // namespace

Conv2D::Conv2D(int64_t n, Conv2DOptions given)
    : Layer(layer_options(given), "Conv2D"), filters(n), options(std::move(given)) {
    if (filters < 1) fail<ValueError>("{}: filters is {}; it must be at least 1", name(), filters);
    require_window(options, name());
    require_named_padding(options.padding, name());
    if (options.groups < 1 || filters % options.groups != 0)
        fail<ValueError>("{}: {} groups do not divide {} filters; use a number of filters that is a multiple",
                         name(), options.groups, filters);
    require_no_strides_with_dilation(options, name());
}

void Conv2D::build_variables(const Shape& input_shape) {
    add_weight(kernel, kernel_weight(options, kernel_shape(*this, input_shape)));
    if (options.use_bias) add_weight(bias, bias_weight(options, filters));
}

void Conv2D::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {kernel, bias});
}

Tensor Conv2D::call(const Tensor& x) {
    require_floating(x, name());
    const nn::Conv2DOptions conv = op_options(options);
    nn::conv2d_shape(x.shape(), kernel.shape(), conv, name().c_str());
    const auto run = wanted_along(*state_) == Along::max_pooling ? nn::conv2d_bias_activation_max_pool
                                                                 : nn::conv2d_bias_activation;
    return activated(options.activation, [&](kernels::Activation activation) {
        return run(x, kernel, options.use_bias ? bias.value() : Tensor(), conv, activation);
    });
}

Shape Conv2D::compute_output_shape(const Shape& input) const {
    const Shape shape = kernel.built() ? kernel.shape() : kernel_shape(*this, input);
    return nn::conv2d_shape(input, shape, op_options(options), name().c_str());
}

Config Conv2D::get_config() const {
    Config config = base_config();
    config.set("filters", filters);
    set_window(config, options);
    config.set("groups", options.groups);
    set_activation(config, options, *this);
    set_kernel(config, options);
    return config;
}

std::shared_ptr<Layer> Conv2D::from_config(const Config& config) {
    LayerReader reader(config, "Conv2D");
    const Config& n = reader.require("filters");
    auto options = reader.with_base(Conv2DOptions{.kernel_size = read_kernel_size<Size2>(reader)});
    read_window(reader, options);
    options.padding = reader.padding();
    options.groups = reader.integer("groups", 1);
    read_kernel(reader, options);
    reader.finish();
    return std::make_shared<Conv2D>(reader.at("filters", [&] { return n.as_integer(); }), std::move(options));
}

}  // namespace keratin::layers
