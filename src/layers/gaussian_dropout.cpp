#include <keratin/layers/gaussian_dropout.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/noise.hpp"

#include <keratin/ops/elementwise.hpp>

#include <cmath>

namespace keratin::layers {

GaussianDropout::GaussianDropout(double probability, GaussianDropoutOptions given)
    : Layer(layer_options(given), "GaussianDropout"),
      rate(probability),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)) {
    if (!(rate >= 0 && rate < 1)) fail<ValueError>("{}: rate is {}; it must be within [0, 1)", name(), rate);
}

void GaussianDropout::build_variables(const Shape&) {}

Tensor GaussianDropout::call(const Tensor& x) {
    if (!training() || rate == 0) return x;
    require_floating(x, name());
    const double stddev = std::sqrt(rate / (1 - rate));
    return x * random::normal(x.shape(), {.mean = 1, .stddev = stddev, .dtype = x.dtype()},
                              seed_generator.next());
}

Shape GaussianDropout::compute_output_shape(const Shape& input) const {
    return input;
}

Config GaussianDropout::get_config() const {
    Config config = base_config();
    config.set("rate", rate);
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    return config;
}

std::shared_ptr<Layer> GaussianDropout::from_config(const Config& config) {
    LayerReader reader(config, "GaussianDropout");
    const Config& rate = reader.require("rate");
    auto options = reader.options<GaussianDropoutOptions>();
    options.seed = reader.seed();
    reader.finish();
    return std::make_shared<GaussianDropout>(reader.at("rate", [&] { return rate.as_number(); }),
                                             std::move(options));
}

}  // namespace keratin::layers
