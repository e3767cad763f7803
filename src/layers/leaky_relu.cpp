#include <keratin/layers/leaky_relu.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/nn/activation.hpp>

namespace keratin::layers {

LeakyReLU::LeakyReLU(LeakyReLUOptions given)
    : Layer(layer_options(given), "LeakyReLU"), options(std::move(given)) {
    if (!(options.negative_slope >= 0))
        fail<ValueError>("{}: negative_slope is {}; it must not be negative", name(), options.negative_slope);
}

void LeakyReLU::build_variables(const Shape&) {}

Tensor LeakyReLU::call(const Tensor& x) {
    require_floating(x, name());
    return nn::leaky_relu(x, options.negative_slope);
}

Shape LeakyReLU::compute_output_shape(const Shape& input) const {
    return input;
}

Config LeakyReLU::get_config() const {
    Config config = base_config();
    config.set("negative_slope", options.negative_slope);
    return config;
}

std::shared_ptr<Layer> LeakyReLU::from_config(const Config& config) {
    LayerReader reader(config, "LeakyReLU");
    auto options = reader.options<LeakyReLUOptions>();
    options.negative_slope = reader.number("negative_slope", 0.3);
    reader.finish();
    return std::make_shared<LeakyReLU>(std::move(options));
}

}  // namespace keratin::layers
