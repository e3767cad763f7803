#include <keratin/layers/elu.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/ops/nn/activation.hpp>

#include <cmath>

namespace keratin::layers {

ELU::ELU(ELUOptions given) : Layer(layer_options(given), "ELU"), options(std::move(given)) {
    if (!std::isfinite(options.alpha))
        fail<ValueError>("{}: alpha is {}; it must be a finite number", name(), options.alpha);
}

void ELU::build_variables(const Shape&) {}

Tensor ELU::call(const Tensor& x) {
    require_floating(x, name());
    return nn::elu(x, options.alpha);
}

Shape ELU::compute_output_shape(const Shape& input) const {
    return input;
}

Config ELU::get_config() const {
    Config config = base_config();
    config.set("alpha", options.alpha);
    return config;
}

std::shared_ptr<Layer> ELU::from_config(const Config& config) {
    LayerReader reader(config, "ELU");
    auto options = reader.options<ELUOptions>();
    options.alpha = reader.number("alpha", 1.0);
    reader.finish();
    return std::make_shared<ELU>(std::move(options));
}

}  // namespace keratin::layers
