#include <keratin/layers/up_sampling1d.hpp>

#include "layers/checks.hpp"
#include "layers/pairs.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

UpSampling1D::UpSampling1D(int64_t times, UpSampling1DOptions given)
    : Layer(layer_options(given), "UpSampling1D"), size(times), options(std::move(given)) {
    if (size < 1) fail<ValueError>("{}: size is {}; it must be at least 1", name(), size);
}

void UpSampling1D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor UpSampling1D::call(const Tensor& x) {
    const Shape shape = compute_output_shape(x.shape()), in = x.shape();
    return reshape(broadcast_to(reshape(x, {in[0], in[1], 1, in[2]}), {in[0], in[1], size, in[2]}), shape);
}

Shape UpSampling1D::compute_output_shape(const Shape& input) const {
    require_sequences(input, name());
    return {input[0], repeated(input[1], size, input, name()), input[2]};
}

Config UpSampling1D::get_config() const {
    Config config = base_config();
    config.set("size", size);
    return config;
}

std::shared_ptr<Layer> UpSampling1D::from_config(const Config& config) {
    LayerReader reader(config, "UpSampling1D");
    auto options = reader.options<UpSampling1DOptions>();
    const int64_t size = reader.integer("size", 2);
    reader.finish();
    return std::make_shared<UpSampling1D>(size, std::move(options));
}

}  // namespace keratin::layers
