#include <keratin/layers/dropout.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/noise.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/nn/normalization.hpp>

namespace keratin::layers {

Dropout::Dropout(double probability, DropoutOptions given)
    : Layer(layer_options(given), "Dropout"),
      rate(probability),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)) {
    require_fraction(rate, "rate", name());
}

void Dropout::build_variables(const Shape&) {}

Tensor Dropout::call(const Tensor& x) {
    if (!training() || rate == 0) return x;
    require_floating(x, name());
    if (!options.noise_shape) return nn::dropout(x, rate, seed_generator.next());
    const Shape noise = noise_of(options.noise_shape, x.shape(), name());
    return nn::dropout(x, rate, seed_generator.next(), &noise);
}

Shape Dropout::compute_output_shape(const Shape& input) const {
    return input;
}

Config Dropout::get_config() const {
    Config config = base_config();
    config.set("rate", rate);
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    config.set("noise_shape", options.noise_shape ? Config(*options.noise_shape) : Config());
    return config;
}

std::shared_ptr<Layer> Dropout::from_config(const Config& config) {
    LayerReader reader(config, "Dropout");
    const Config& rate = reader.require("rate");
    auto options = reader.options<DropoutOptions>();
    options.seed = reader.seed();
    if (const Config* noise = reader.find("noise_shape"))
        options.noise_shape = reader.at("noise_shape", [&] { return noise->as_shape(); });
    reader.finish();
    return std::make_shared<Dropout>(reader.at("rate", [&] { return rate.as_number(); }), std::move(options));
}

}  // namespace keratin::layers
