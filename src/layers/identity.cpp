#include <keratin/layers/identity.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>

namespace keratin::layers {

Identity::Identity(IdentityOptions given)
    : Layer(layer_options(given), "Identity"), options(std::move(given)) {}

void Identity::build_variables(const Shape&) {}

Tensor Identity::call(const Tensor& x) {
    return x;
}

Shape Identity::compute_output_shape(const Shape& input) const {
    return input;
}

Config Identity::get_config() const {
    return base_config();
}

std::shared_ptr<Layer> Identity::from_config(const Config& config) {
    LayerReader reader(config, "Identity");
    auto options = reader.options<IdentityOptions>();
    reader.finish();
    return std::make_shared<Identity>(std::move(options));
}

}  // namespace keratin::layers
