#include <keratin/layers/dropout.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/nn/normalization.hpp>

namespace keratin::layers {
namespace {

/// noise_shape with the input's extents where it leaves them open.
Shape resolve(const Shape& noise, const Shape& input, const std::string& name) {
    bool fits = noise.rank() == input.rank();
    Shape resolved = noise;
    for (int axis = 0; fits && axis < noise.rank(); ++axis) {
        if (noise[axis] == Shape::unknown) resolved = resolved.with(axis, input[axis]);
        fits = resolved[axis] == 1 || resolved[axis] == input[axis];
    }
    if (!fits)
        fail<ShapeError>(
            "{}: noise_shape {} does not broadcast to the input's shape {}; give 1 or the input's "
            "extent for each axis",
            name, noise, input);
    return resolved;
}

}  // namespace

Dropout::Dropout(double probability, DropoutOptions given)
    : Layer(layer_options(given), "Dropout"),
      rate(probability),
      options(std::move(given)),
      seed_generator(options.seed ? SeedGenerator(*options.seed) : SeedGenerator()) {
    if (!(rate >= 0 && rate <= 1)) fail<ValueError>("{}: rate is {}; it must be within [0, 1]", name(), rate);
}

void Dropout::build_variables(const Shape&) {}

Tensor Dropout::call(const Tensor& x) {
    if (!training() || rate == 0) return x;
    require_floating(x, name());
    if (!options.noise_shape) return nn::dropout(x, rate, seed_generator.next());
    const Shape noise = resolve(*options.noise_shape, x.shape(), name());
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
