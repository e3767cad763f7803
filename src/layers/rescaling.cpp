#include <keratin/layers/rescaling.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {

Rescaling::Rescaling(double factor, RescalingOptions given)
    : Layer(layer_options(given), "Rescaling"), scale(factor), options(std::move(given)) {}

void Rescaling::build_variables(const Shape&) {}

Tensor Rescaling::call(const Tensor& x) {
    return affine(x.dtype() == dtype() ? x : cast(x, dtype()), scale, options.offset);
}

Shape Rescaling::compute_output_shape(const Shape& input) const {
    return input;
}

Config Rescaling::get_config() const {
    Config config = base_config();
    config.set("scale", scale);
    config.set("offset", options.offset);
    return config;
}

std::shared_ptr<Layer> Rescaling::from_config(const Config& config) {
    LayerReader reader(config, "Rescaling");
    const Config& scale = reader.require("scale");
    auto options = reader.options<RescalingOptions>();
    options.offset = reader.number("offset", 0.0);
    reader.finish();
    return std::make_shared<Rescaling>(reader.at("scale", [&] { return scale.as_number(); }),
                                       std::move(options));
}

}  // namespace keratin::layers
