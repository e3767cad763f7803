#include <keratin/layers/zero_padding1d.hpp>

#include "layers/checks.hpp"
#include "layers/pairs.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

ZeroPadding1D::ZeroPadding1D(int64_t both, ZeroPadding1DOptions given)
    : ZeroPadding1D(PadPair{both, both}, std::move(given)) {}

ZeroPadding1D::ZeroPadding1D(PadPair before_after, ZeroPadding1DOptions given)
    : Layer(layer_options(given), "ZeroPadding1D"), padding(before_after), options(std::move(given)) {
    if (is_negative(padding))
        fail<ValueError>("{}: padding ({}, {}) must not be negative", name(), padding.before, padding.after);
}

void ZeroPadding1D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor ZeroPadding1D::call(const Tensor& x) {
    compute_output_shape(x.shape());
    return pad(x, {{0, 0}, padding, {0, 0}});
}

Shape ZeroPadding1D::compute_output_shape(const Shape& input) const {
    require_sequences(input, name());
    return {input[0], padded(input[1], padding, input, name()), input[2]};
}

Config ZeroPadding1D::get_config() const {
    Config config = base_config();
    config.set("padding", pair_config(padding));
    config.set("data_format", "channels_last");
    return config;
}

std::shared_ptr<Layer> ZeroPadding1D::from_config(const Config& config) {
    LayerReader reader(config, "ZeroPadding1D");
    auto options = reader.options<ZeroPadding1DOptions>();
    PadPair padding{1, 1};
    if (const Config* node = reader.find("padding"))
        padding = reader.at("padding", [&] { return read_pair(*node); });
    reader.data_format();
    reader.finish();
    return std::make_shared<ZeroPadding1D>(padding, std::move(options));
}

}  // namespace keratin::layers
