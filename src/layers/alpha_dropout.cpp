#include <keratin/layers/alpha_dropout.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/noise.hpp"

#include <keratin/ops/elementwise.hpp>

#include <cmath>

namespace keratin::layers {

AlphaDropout::AlphaDropout(double probability, AlphaDropoutOptions given)
    : Layer(layer_options(given), "AlphaDropout"),
      rate(probability),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)) {
    if (!(rate >= 0 && rate < 1)) fail<ValueError>("{}: rate is {}; it must be within [0, 1)", name(), rate);
}

void AlphaDropout::build_variables(const Shape&) {}

Tensor AlphaDropout::call(const Tensor& x) {
    if (!training() || rate == 0) return x;
    require_floating(x, name());
    constexpr double saturation = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946;
    const double a = 1 / std::sqrt((1 - rate) * (1 + rate * saturation * saturation));
    const double b = -a * saturation * rate;
    const Shape noise = noise_of(options.noise_shape, x.shape(), name());
    const Tensor kept = random::uniform(noise, {}, seed_generator.next()) >= rate;
    return affine(where(kept, x, Tensor::scalar(saturation, x.dtype())), a, b);
}

Shape AlphaDropout::compute_output_shape(const Shape& input) const {
    return input;
}

Config AlphaDropout::get_config() const {
    Config config = base_config();
    config.set("rate", rate);
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    config.set("noise_shape", options.noise_shape ? Config(*options.noise_shape) : Config());
    return config;
}

std::shared_ptr<Layer> AlphaDropout::from_config(const Config& config) {
    LayerReader reader(config, "AlphaDropout");
    const Config& rate = reader.require("rate");
    auto options = reader.options<AlphaDropoutOptions>();
    options.seed = reader.seed();
    if (const Config* noise = reader.find("noise_shape"))
        options.noise_shape = reader.at("noise_shape", [&] { return noise->as_shape(); });
    reader.finish();
    return std::make_shared<AlphaDropout>(reader.at("rate", [&] { return rate.as_number(); }),
                                          std::move(options));
}

}  // namespace keratin::layers
