#include <keratin/layers/masking.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

namespace keratin::layers {
namespace {

Tensor differs(const Tensor& x, double value, bool keepdims) {
    return reduce_any(x != value, {-1}, keepdims);
}

}  // namespace

Masking::Masking(MaskingOptions given) : Layer(layer_options(given), "Masking"), options(std::move(given)) {}

void Masking::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor Masking::call(const Tensor& x) {
    require_floating(x, name());
    return where(differs(x, options.mask_value, true), x, zeros({}, x.dtype()));
}

Shape Masking::compute_output_shape(const Shape& input) const {
    if (input.rank() < 2)
        fail<ShapeError>("{}: input has shape {}; (batch, .., features) is needed", name(), input);
    return input;
}

std::vector<Tensor> Masking::compute_mask(const std::vector<Tensor>& inputs,
                                          const std::vector<Tensor>&) const {
    return {differs(inputs.front(), options.mask_value, false)};
}

Config Masking::get_config() const {
    Config config = base_config();
    config.set("mask_value", options.mask_value);
    return config;
}

std::shared_ptr<Layer> Masking::from_config(const Config& config) {
    LayerReader reader(config, "Masking");
    auto options = reader.options<MaskingOptions>();
    options.mask_value = reader.number("mask_value", 0.0);
    reader.finish();
    return std::make_shared<Masking>(std::move(options));
}

}  // namespace keratin::layers
