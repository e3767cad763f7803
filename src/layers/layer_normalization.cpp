#include <keratin/layers/layer_normalization.hpp>

#include "layers/axes.hpp"
#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {

LayerNormalization::LayerNormalization(LayerNormalizationOptions given)
    : Layer(layer_options(given), "LayerNormalization"), options(std::move(given)) {
    options.axis = sorted(std::move(options.axis));
    require_epsilon(options.epsilon, name());
    if (options.axis.values().empty()) fail<ValueError>("{}: axis is empty; name at least one axis", name());
}

std::vector<int> LayerNormalization::checked_axes(const Shape& input) const {
    std::vector<int> axes = axes_of(options.axis, input, name());
    require_extents(gamma, axes, input, name());
    require_extents(beta, axes, input, name());
    return axes;
}

void LayerNormalization::build_variables(const Shape& input_shape) {
    const Shape shape = extents_of(checked_axes(input_shape), input_shape);
    if (options.scale)
        add_weight(gamma, {.name = "gamma",
                           .shape = shape,
                           .initializer = options.gamma_initializer,
                           .regularizer = options.gamma_regularizer,
                           .constraint = options.gamma_constraint});
    if (options.center)
        add_weight(beta, {.name = "beta",
                          .shape = shape,
                          .initializer = options.beta_initializer,
                          .regularizer = options.beta_regularizer,
                          .constraint = options.beta_constraint});
}

void LayerNormalization::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {gamma, beta});
}

Tensor LayerNormalization::call(const Tensor& x) {
    require_floating(x, name());
    const std::vector<int> axes = checked_axes(x.shape());
    const Tensor centered = x - reduce_mean(x, Axes(axes), true);
    const Tensor variance = reduce_mean(square(centered), Axes(axes), true);
    Tensor y = centered * rsqrt(variance + options.epsilon);
    if (options.scale) y = y * spread(gamma, axes, x.shape());
    if (options.center) y = y + spread(beta, axes, x.shape());
    return y;
}

Shape LayerNormalization::compute_output_shape(const Shape& input) const {
    checked_axes(input);
    return input;
}

Config LayerNormalization::get_config() const {
    Config config = base_config();
    config.set("axis", list_config(options.axis.values()));
    config.set("epsilon", options.epsilon);
    config.set("center", options.center);
    config.set("scale", options.scale);
    config.set("rms_scaling", false);
    config.set("beta_initializer", node_of(options.beta_initializer));
    config.set("gamma_initializer", node_of(options.gamma_initializer));
    config.set("beta_regularizer", node_of(options.beta_regularizer));
    config.set("gamma_regularizer", node_of(options.gamma_regularizer));
    config.set("beta_constraint", node_of(options.beta_constraint));
    config.set("gamma_constraint", node_of(options.gamma_constraint));
    return config;
}

std::shared_ptr<Layer> LayerNormalization::from_config(const Config& config) {
    LayerReader reader(config, "LayerNormalization");
    auto options = reader.options<LayerNormalizationOptions>();
    options.axis = read_axes(reader);
    options.epsilon = reader.number("epsilon", 0.001);
    options.center = reader.flag("center", true);
    options.scale = reader.flag("scale", true);
    options.beta_initializer = reader.initializer("beta_initializer", "zeros");
    options.gamma_initializer = reader.initializer("gamma_initializer", "ones");
    options.beta_regularizer = reader.regularizer("beta_regularizer");
    options.gamma_regularizer = reader.regularizer("gamma_regularizer");
    options.beta_constraint = reader.constraint("beta_constraint");
    options.gamma_constraint = reader.constraint("gamma_constraint");
    reader.only("rms_scaling", false);  // which Keras itself took back
    reader.finish();
    return std::make_shared<LayerNormalization>(std::move(options));
}

}  // namespace keratin::layers
