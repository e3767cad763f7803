#include <keratin/layers/conv2d.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/conv_options.hpp"
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
    require_positive(options.kernel_size, "kernel_size", name());
    require_positive(options.strides, "strides", name());
    require_positive(options.dilation_rate, "dilation_rate", name());
    require_named_padding(options.padding, name());
    if (options.groups < 1 || filters % options.groups != 0)
        fail<ValueError>("{}: {} groups do not divide {} filters; use a number of filters that is a multiple",
                         name(), options.groups, filters);
    if (!(options.strides == Size2(1)) && !(options.dilation_rate == Size2(1)))
        fail<ValueError>("{}: strides {} and dilation_rate {} are both above 1; use one of them", name(),
                         options.strides, options.dilation_rate);
}

void Conv2D::build_variables(const Shape& input_shape) {
    add_weight(kernel, {.name = "kernel",
                        .shape = kernel_shape(*this, input_shape),
                        .initializer = options.kernel_initializer,
                        .regularizer = options.kernel_regularizer,
                        .constraint = options.kernel_constraint});
    if (options.use_bias)
        add_weight(bias, {.name = "bias",
                          .shape = {filters},
                          .initializer = options.bias_initializer,
                          .regularizer = options.bias_regularizer,
                          .constraint = options.bias_constraint});
}

void Conv2D::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {kernel, bias});
}

Tensor Conv2D::call(const Tensor& x) {
    require_floating(x, name());
    const nn::Conv2DOptions conv = op_options(options);
    nn::conv2d_shape(x.shape(), kernel.shape(), conv, name().c_str());
    const auto run = RunningAlong::wanted(*state_) == Along::max_pooling ? nn::conv2d_bias_activation_max_pool
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
    config.set("kernel_size", options.kernel_size);
    config.set("strides", options.strides);
    config.set("padding", to_string(options.padding));
    config.set("data_format", "channels_last");
    config.set("dilation_rate", options.dilation_rate);
    config.set("groups", options.groups);
    config.set("activation", activation_config(options.activation, *this));
    config.set("use_bias", options.use_bias);
    config.set("kernel_initializer", node_of(options.kernel_initializer));
    config.set("bias_initializer", node_of(options.bias_initializer));
    config.set("kernel_regularizer", node_of(options.kernel_regularizer));
    config.set("bias_regularizer", node_of(options.bias_regularizer));
    config.set("activity_regularizer", node_of(options.activity_regularizer));
    config.set("kernel_constraint", node_of(options.kernel_constraint));
    config.set("bias_constraint", node_of(options.bias_constraint));
    return config;
}

std::shared_ptr<Layer> Conv2D::from_config(const Config& config) {
    LayerReader reader(config, "Conv2D");
    const Config& n = reader.require("filters");
    const Config& size = reader.require("kernel_size");
    auto options = reader.with_base(
        Conv2DOptions{.kernel_size = reader.at("kernel_size", [&] { return size.as_size2(); })});
    options.strides = reader.size("strides", 1);
    options.padding = reader.padding();
    reader.data_format();
    options.dilation_rate = reader.size("dilation_rate", 1);
    options.groups = reader.integer("groups", 1);
    options.activation = reader.activation();
    options.use_bias = reader.flag("use_bias", true);
    options.kernel_initializer = reader.initializer("kernel_initializer", "glorot_uniform");
    options.bias_initializer = reader.initializer("bias_initializer", "zeros");
    options.kernel_regularizer = reader.regularizer("kernel_regularizer");
    options.bias_regularizer = reader.regularizer("bias_regularizer");
    options.kernel_constraint = reader.constraint("kernel_constraint");
    options.bias_constraint = reader.constraint("bias_constraint");
    reader.finish();
    return std::make_shared<Conv2D>(reader.at("filters", [&] { return n.as_integer(); }), std::move(options));
}

}  // namespace keratin::layers
