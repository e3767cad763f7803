#include <keratin/layers/dense.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/fused_activation.hpp"
#include "ops/dense.hpp"

#include <keratin/core/error.hpp>

namespace keratin::layers {
namespace {

void check_input(const Shape& input, int64_t features, const std::string& name) {
    if (input.rank() < 2)
        fail<ShapeError>("{}: input has shape {}; (batch, .., features) is needed", name, input);
    if (features != Shape::unknown && input.back() != features)
        fail<ShapeError>(
            "{}: input of shape {} has {} features, kernel was built for {}; give an input of shape (batch, "
            ".., {})",
            name, input, input.back(), features, features);
}

}  // namespace

Dense::Dense(int64_t n, DenseOptions given)
    : Layer(layer_options(given), "Dense"), units(n), options(std::move(given)) {
    if (units < 1) fail<ValueError>("{}: units is {}; it must be at least 1", name(), units);
}

void Dense::build_variables(const Shape& input_shape) {
    check_input(input_shape, Shape::unknown, name());
    add_weight(kernel, {.name = "kernel",
                        .shape = {input_shape.back(), units},
                        .initializer = options.kernel_initializer,
                        .regularizer = options.kernel_regularizer,
                        .constraint = options.kernel_constraint});
    if (options.use_bias)
        add_weight(bias, {.name = "bias",
                          .shape = {units},
                          .initializer = options.bias_initializer,
                          .regularizer = options.bias_regularizer,
                          .constraint = options.bias_constraint});
}

void Dense::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {kernel, bias});
}

Tensor Dense::call(const Tensor& x) {
    require_floating(x, name());
    check_input(x.shape(), kernel.shape()[0], name());
    return activated(options.activation, [&](kernels::Activation activation) {
        return ops::dense(x, kernel, options.use_bias ? bias.value() : Tensor(), activation);
    });
}

Shape Dense::compute_output_shape(const Shape& input) const {
    check_input(input, kernel.built() ? kernel.shape()[0] : Shape::unknown, name());
    return input.with(-1, units);
}

Config Dense::get_config() const {
    Config config = base_config();
    config.set("units", units);
    config.set("activation", activation_config(options.activation, *this));
    config.set("use_bias", options.use_bias);
    config.set("kernel_initializer", node_of(options.kernel_initializer));
    config.set("bias_initializer", node_of(options.bias_initializer));
    config.set("kernel_regularizer", node_of(options.kernel_regularizer));
    config.set("bias_regularizer", node_of(options.bias_regularizer));
    config.set("kernel_constraint", node_of(options.kernel_constraint));
    config.set("bias_constraint", node_of(options.bias_constraint));
    config.set("quantization_config", nullptr);
    return config;
}

std::shared_ptr<Layer> Dense::from_config(const Config& config) {
    LayerReader reader(config, "Dense");
    const Config& n = reader.require("units");
    auto options = reader.options<DenseOptions>();
    options.activation = reader.activation();
    options.use_bias = reader.flag("use_bias", true);
    options.kernel_initializer = reader.initializer("kernel_initializer", "glorot_uniform");
    options.bias_initializer = reader.initializer("bias_initializer", "zeros");
    options.kernel_regularizer = reader.regularizer("kernel_regularizer");
    options.bias_regularizer = reader.regularizer("bias_regularizer");
    options.kernel_constraint = reader.constraint("kernel_constraint");
    options.bias_constraint = reader.constraint("bias_constraint");
    reader.finish();
    return std::make_shared<Dense>(reader.at("units", [&] { return n.as_integer(); }), std::move(options));
}

}  // namespace keratin::layers
