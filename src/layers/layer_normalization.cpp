#include <keratin/layers/layer_normalization.hpp>

#include "layers/axes.hpp"
#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/gamma_beta.hpp"
#include "layers/normalizing.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {

LayerNormalization::LayerNormalization(LayerNormalizationOptions given)
    : Layer(without_autocast(given), "LayerNormalization"), options(std::move(given)) {
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
    if (options.scale) add_weight(gamma, gamma_weight(options, shape));
    if (options.center) add_weight(beta, beta_weight(options, shape));
}

void LayerNormalization::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {gamma, beta});
}

Tensor LayerNormalization::call(const Tensor& given) {
    require_floating(given, name());
    const DType wide = normalizing_dtype(*this);
    const Tensor x = cast(given, wide);
    const std::vector<int> axes = checked_axes(x.shape());
    const Tensor centered = x - reduce_mean(x, Axes(axes), true);
    const Tensor variance = reduce_mean(square(centered), Axes(axes), true);
    Tensor y = centered * rsqrt(variance + options.epsilon);
    if (options.scale) y = y * spread(cast(gamma, wide), axes, x.shape());
    if (options.center) y = y + spread(cast(beta, wide), axes, x.shape());
    return cast(y, compute_dtype());
}

Shape LayerNormalization::compute_output_shape(const Shape& input) const {
    checked_axes(input);
    return input;
}

Config LayerNormalization::get_config() const {
    Config config = base_config();
    config.set("axis", list_config(options.axis.values()));
    config.set("epsilon", options.epsilon);
    set_gamma_beta(config, options);
    config.set("rms_scaling", false);
    return config;
}

std::shared_ptr<Layer> LayerNormalization::from_config(const Config& config) {
    LayerReader reader(config, "LayerNormalization");
    auto options = reader.options<LayerNormalizationOptions>();
    options.axis = read_axes(reader);
    options.epsilon = reader.number("epsilon", 0.001);
    read_gamma_beta(reader, options);
    reader.only("rms_scaling", false);  // which Keras itself took back
    reader.finish();
    return std::make_shared<LayerNormalization>(std::move(options));
}

}  // namespace keratin::layers
