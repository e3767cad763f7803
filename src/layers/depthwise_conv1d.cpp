#include <keratin/layers/depthwise_conv1d.hpp>

#include "layers/depthwise_conv.hpp"

#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

DepthwiseConv1D::DepthwiseConv1D(DepthwiseConv1DOptions given)
    : Layer(layer_options(given), "DepthwiseConv1D"), options(std::move(given)) {
    check_depthwise(options, name());
}

void DepthwiseConv1D::build_variables(const Shape& input_shape) {
    depthwise_layer_output(*this, input_shape);
    const Shape shape = depthwise_shape(options, input_shape, name());
    add_weight(kernel, depthwise_weight(options, "kernel", shape));
    if (options.use_bias) add_weight(bias, bias_weight(options, shape[-2] * shape[-1]));
}

void DepthwiseConv1D::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {kernel, bias});
}

Tensor DepthwiseConv1D::call(const Tensor& x) {
    require_floating(x, name());
    const Shape& shape = kernel.shape();
    depthwise_output(options, x.shape(), shape, name());
    return convolved(x, reshape(kernel, grouped_shape(shape)), options.use_bias ? bias.value() : Tensor(),
                     depthwise_op_options(options, shape[-2]), options.activation);
}

Shape DepthwiseConv1D::compute_output_shape(const Shape& input) const {
    return depthwise_layer_output(*this, input);
}

Config DepthwiseConv1D::get_config() const {
    return depthwise_config(*this, base_config());
}

std::shared_ptr<Layer> DepthwiseConv1D::from_config(const Config& config) {
    return depthwise_from_config<DepthwiseConv1D, DepthwiseConv1DOptions>(config, "DepthwiseConv1D");
}

}  // namespace keratin::layers
