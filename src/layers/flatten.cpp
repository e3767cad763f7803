#include <keratin/layers/flatten.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

Flatten::Flatten(FlattenOptions given) : Layer(layer_options(given), "Flatten"), options(std::move(given)) {}

void Flatten::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor Flatten::call(const Tensor& x) {
    return reshape(x, compute_output_shape(x.shape()));
}

Shape Flatten::compute_output_shape(const Shape& input) const {
    if (input.rank() == 0) fail<ShapeError>("{}: input is a scalar; (batch, ..) is needed", name());
    const Shape others = input.slice(1, input.rank());
    return {input[0], others.is_static() ? others.size() : Shape::unknown};
}

Config Flatten::get_config() const {
    Config config = base_config();
    config.set("data_format", "channels_last");
    return config;
}

std::shared_ptr<Layer> Flatten::from_config(const Config& config) {
    LayerReader reader(config, "Flatten");
    auto options = reader.options<FlattenOptions>();
    reader.data_format();
    reader.finish();
    return std::make_shared<Flatten>(std::move(options));
}

}  // namespace keratin::layers
