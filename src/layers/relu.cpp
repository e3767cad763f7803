#include <keratin/layers/relu.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/nn/activation.hpp>

namespace keratin::layers {

ReLU::ReLU(ReLUOptions given) : Layer(layer_options(given), "ReLU"), options(std::move(given)) {
    const double limit = options.max_value.value_or(0.0);
    if (!(limit >= 0 && options.negative_slope >= 0 && options.threshold >= 0))
        fail<ValueError>("{}: max_value {}, negative_slope {} and threshold {} must not be negative", name(),
                         limit, options.negative_slope, options.threshold);
}

void ReLU::build_variables(const Shape&) {}

Tensor ReLU::call(const Tensor& x) {
    require_floating(x, name());
    if (!options.max_value && options.negative_slope == 0 && options.threshold == 0) return nn::relu(x);
    return nn::relu(x, {.negative_slope = options.negative_slope,
                        .max_value = options.max_value.value_or(-1.0),
                        .threshold = options.threshold});
}

Shape ReLU::compute_output_shape(const Shape& input) const {
    return input;
}

Config ReLU::get_config() const {
    Config config = base_config();
    config.set("max_value", options.max_value ? Config(*options.max_value) : Config());
    config.set("negative_slope", options.negative_slope);
    config.set("threshold", options.threshold);
    return config;
}

std::shared_ptr<Layer> ReLU::from_config(const Config& config) {
    LayerReader reader(config, "ReLU");
    auto options = reader.options<ReLUOptions>();
    reader.read("max_value", options.max_value);
    options.negative_slope = reader.number("negative_slope", 0.0);
    options.threshold = reader.number("threshold", 0.0);
    reader.finish();
    return std::make_shared<ReLU>(std::move(options));
}

}  // namespace keratin::layers
