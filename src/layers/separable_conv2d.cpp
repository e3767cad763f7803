#include <keratin/layers/separable_conv2d.hpp>

#include "layers/separable_conv.hpp"

#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

SeparableConv2D::SeparableConv2D(int64_t n, SeparableConv2DOptions given)
    : Layer(layer_options(given), "SeparableConv2D"), filters(n), options(std::move(given)) {
    require_filters(filters, name());
    check_depthwise(options, name());
}

void SeparableConv2D::build_variables(const Shape& input_shape) {
    separable_output(*this, input_shape);
    const Shape shape = depthwise_shape(options, input_shape, name());
    add_weight(depthwise_kernel, depthwise_weight(options, "depthwise_kernel", shape));
    add_weight(pointwise_kernel, pointwise_weight(options, pointwise_shape(shape, filters)));
    if (options.use_bias) add_weight(bias, bias_weight(options, filters));
}

void SeparableConv2D::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {depthwise_kernel, pointwise_kernel, bias});
}

Tensor SeparableConv2D::call(const Tensor& x) {
    require_floating(x, name());
    const Shape& shape = depthwise_kernel.shape();
    depthwise_output(options, x.shape(), shape, name());
    const Tensor between = convolved(x, reshape(depthwise_kernel, grouped_shape(shape)), {},
                                     depthwise_op_options(options, shape[-2]), {});
    return convolved(between, pointwise_kernel, options.use_bias ? bias.value() : Tensor(), {},
                     options.activation);
}

Shape SeparableConv2D::compute_output_shape(const Shape& input) const {
    return separable_output(*this, input);
}

Config SeparableConv2D::get_config() const {
    return separable_config(*this, base_config());
}

std::shared_ptr<Layer> SeparableConv2D::from_config(const Config& config) {
    return separable_from_config<SeparableConv2D, SeparableConv2DOptions>(config, "SeparableConv2D");
}

}  // namespace keratin::layers
