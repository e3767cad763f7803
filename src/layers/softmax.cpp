#include <keratin/layers/softmax.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/nn/activation.hpp>

namespace keratin::layers {

Softmax::Softmax(int along, SoftmaxOptions given)
    : Layer(layer_options(given), "Softmax"), axis(along), options(std::move(given)) {}

void Softmax::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor Softmax::call(const Tensor& x) {
    require_floating(x, name());
    compute_output_shape(x.shape());
    return nn::softmax(x, axis);
}

Shape Softmax::compute_output_shape(const Shape& input) const {
    input.normalize_axis(axis, name().c_str());
    return input;
}

Config Softmax::get_config() const {
    Config config = base_config();
    config.set("axis", axis);
    return config;
}

std::shared_ptr<Layer> Softmax::from_config(const Config& config) {
    LayerReader reader(config, "Softmax");
    auto options = reader.options<SoftmaxOptions>();
    const int64_t axis = reader.integer("axis", -1);
    reader.finish();
    return std::make_shared<Softmax>(static_cast<int>(axis), std::move(options));
}

}  // namespace keratin::layers
