#include <keratin/layers/gaussian_noise.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/noise.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {

GaussianNoise::GaussianNoise(double deviation, GaussianNoiseOptions given)
    : Layer(layer_options(given), "GaussianNoise"),
      stddev(deviation),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)) {
    require_fraction(stddev, "stddev", name());
}

void GaussianNoise::build_variables(const Shape&) {}

Tensor GaussianNoise::call(const Tensor& x) {
    if (!training() || stddev == 0) return x;
    require_floating(x, name());
    return x + random::normal(x.shape(), {.stddev = stddev, .dtype = x.dtype()}, seed_generator.next());
}

Shape GaussianNoise::compute_output_shape(const Shape& input) const {
    return input;
}

Config GaussianNoise::get_config() const {
    Config config = base_config();
    config.set("stddev", stddev);
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    return config;
}

std::shared_ptr<Layer> GaussianNoise::from_config(const Config& config) {
    LayerReader reader(config, "GaussianNoise");
    const Config& stddev = reader.require("stddev");
    auto options = reader.options<GaussianNoiseOptions>();
    options.seed = reader.seed();
    reader.finish();
    return std::make_shared<GaussianNoise>(reader.at("stddev", [&] { return stddev.as_number(); }),
                                           std::move(options));
}

}  // namespace keratin::layers
