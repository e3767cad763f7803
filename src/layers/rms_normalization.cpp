#include <keratin/layers/rms_normalization.hpp>

#include "layers/axes.hpp"
#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/normalizing.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {

RMSNormalization::RMSNormalization(RMSNormalizationOptions given)
    : Layer(layer_options(given), "RMSNormalization"), options(std::move(given)) {
    options.axis = sorted(std::move(options.axis));
    require_epsilon(options.epsilon, name());
    if (options.axis.values().empty()) fail<ValueError>("{}: axis is empty; name at least one axis", name());
}

std::vector<int> RMSNormalization::checked_axes(const Shape& input) const {
    std::vector<int> axes = axes_of(options.axis, input, name());
    require_extents(scale, axes, input, name());
    return axes;
}

void RMSNormalization::build_variables(const Shape& input_shape) {
    add_weight(scale, {.name = "scale",
                       .shape = extents_of(checked_axes(input_shape), input_shape),
                       .initializer = "ones"});
}

void RMSNormalization::own_variables(std::vector<Variable>& list) const {
    list.push_back(scale);
}

Tensor RMSNormalization::call(const Tensor& given) {
    require_floating(given, name());
    const DType wide = normalizing_dtype(*this);
    const Tensor x = cast(given, wide);
    const std::vector<int> axes = checked_axes(x.shape());
    const Tensor mean_square = reduce_mean(square(x), Axes(axes), true);
    const Tensor y = x * rsqrt(mean_square + options.epsilon) * spread(cast(scale, wide), axes, x.shape());
    return cast(y, compute_dtype());
}

Shape RMSNormalization::compute_output_shape(const Shape& input) const {
    checked_axes(input);
    return input;
}

Config RMSNormalization::get_config() const {
    Config config = base_config();
    config.set("axis", list_config(options.axis.values()));
    config.set("epsilon", options.epsilon);
    return config;
}

std::shared_ptr<Layer> RMSNormalization::from_config(const Config& config) {
    LayerReader reader(config, "RMSNormalization");
    auto options = reader.options<RMSNormalizationOptions>();
    options.axis = read_axes(reader);
    options.epsilon = reader.number("epsilon", 1e-6);
    reader.finish();
    return std::make_shared<RMSNormalization>(std::move(options));
}

}  // namespace keratin::layers
