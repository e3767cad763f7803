#include <keratin/layers/depthwise_conv2d.hpp>

#include "layers/depthwise_conv.hpp"

#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

DepthwiseConv2D::DepthwiseConv2D(DepthwiseConv2DOptions given)
    : Layer(layer_options(given), "DepthwiseConv2D"), options(std::move(given)) {
    check_depthwise(options, name());
}

void DepthwiseConv2D::build_variables(const Shape& input_shape) {
    depthwise_layer_output(*this, input_shape);
    const Shape shape = depthwise_shape(options, input_shape, name());
    add_weight(kernel, depthwise_weight(options, "kernel", shape));
    if (options.use_bias) add_weight(bias, bias_weight(options, shape[-2] * shape[-1]));
}

void DepthwiseConv2D::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {kernel, bias});
}

Tensor DepthwiseConv2D::call(const Tensor& x) {
    require_floating(x, name());
    const Shape& shape = kernel.shape();
    depthwise_output(options, x.shape(), shape, name());
    return convolved(x, reshape(kernel, grouped_shape(shape)), options.use_bias ? bias.value() : Tensor(),
                     depthwise_op_options(options, shape[-2]), options.activation);
}

Shape DepthwiseConv2D::compute_output_shape(const Shape& input) const {
    return depthwise_layer_output(*this, input);
}

Config DepthwiseConv2D::get_config() const {
    return depthwise_config(*this, base_config());
}

std::shared_ptr<Layer> DepthwiseConv2D::from_config(const Config& config) {
    return depthwise_from_config<DepthwiseConv2D, DepthwiseConv2DOptions>(config, "DepthwiseConv2D");
}

}  // namespace keratin::layers
