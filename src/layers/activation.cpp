#include <keratin/layers/activation.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>

namespace keratin::layers {

Activation::Activation(ActivationFunction function, ActivationOptions given)
    : Layer(layer_options(given), "Activation"), activation(function), options(std::move(given)) {}

void Activation::build_variables(const Shape&) {}

Tensor Activation::call(const Tensor& x) {
    require_floating(x, name());
    return activation(x);
}

Shape Activation::compute_output_shape(const Shape& input) const {
    return input;
}

Config Activation::get_config() const {
    Config config = base_config();
    config.set("activation", activation_config(activation, *this));
    return config;
}

std::shared_ptr<Layer> Activation::from_config(const Config& config) {
    LayerReader reader(config, "Activation");
    reader.require("activation");
    auto options = reader.options<ActivationOptions>();
    const ActivationFunction function = reader.activation();
    reader.finish();
    return std::make_shared<Activation>(function, std::move(options));
}

}  // namespace keratin::layers
