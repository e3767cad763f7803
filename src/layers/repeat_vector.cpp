#include <keratin/layers/repeat_vector.hpp>

#include "layers/checks.hpp"
#include "layers/pairs.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

RepeatVector::RepeatVector(int64_t times, RepeatVectorOptions given)
    : Layer(layer_options(given), "RepeatVector"), n(times), options(std::move(given)) {
    if (n < 1) fail<ValueError>("{}: n is {}; it must be at least 1", name(), n);
}

void RepeatVector::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor RepeatVector::call(const Tensor& x) {
    const Shape shape = compute_output_shape(x.shape());
    return broadcast_to(reshape(x, shape.with(1, 1)), shape);
}

Shape RepeatVector::compute_output_shape(const Shape& input) const {
    if (input.rank() != 2)
        fail<ShapeError>("{}: input has shape {}; (batch, features) is needed", name(), input);
    return {input[0], n, input[1]};
}

Config RepeatVector::get_config() const {
    Config config = base_config();
    config.set("n", n);
    return config;
}

std::shared_ptr<Layer> RepeatVector::from_config(const Config& config) {
    LayerReader reader(config, "RepeatVector");
    const Config& n = reader.require("n");
    auto options = reader.options<RepeatVectorOptions>();
    reader.finish();
    return std::make_shared<RepeatVector>(reader.at("n", [&] { return n.as_integer(); }), std::move(options));
}

}  // namespace keratin::layers
