#include <keratin/layers/cropping1d.hpp>

#include "layers/checks.hpp"
#include "layers/pairs.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

Cropping1D::Cropping1D(int64_t both, Cropping1DOptions given)
    : Cropping1D(PadPair{both, both}, std::move(given)) {}

Cropping1D::Cropping1D(PadPair before_after, Cropping1DOptions given)
    : Layer(layer_options(given), "Cropping1D"), cropping(before_after), options(std::move(given)) {
    if (is_negative(cropping))
        fail<ValueError>("{}: cropping ({}, {}) must not be negative", name(), cropping.before,
                         cropping.after);
}

void Cropping1D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor Cropping1D::call(const Tensor& x) {
    const int64_t steps = compute_output_shape(x.shape())[1];
    return slice(x, {{}, {cropping.before, cropping.before + steps}});
}

Shape Cropping1D::compute_output_shape(const Shape& input) const {
    require_sequences(input, name());
    return {input[0], cropped(input[1], cropping, input, name()), input[2]};
}

Config Cropping1D::get_config() const {
    Config config = base_config();
    config.set("cropping", pair_config(cropping));
    return config;
}

std::shared_ptr<Layer> Cropping1D::from_config(const Config& config) {
    LayerReader reader(config, "Cropping1D");
    auto options = reader.options<Cropping1DOptions>();
    PadPair cropping{1, 1};
    if (const Config* node = reader.find("cropping"))
        cropping = reader.at("cropping", [&] { return read_pair(*node); });
    reader.finish();
    return std::make_shared<Cropping1D>(cropping, std::move(options));
}

}  // namespace keratin::layers
