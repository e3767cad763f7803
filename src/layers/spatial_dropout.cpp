#include <keratin/layers/spatial_dropout.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/noise.hpp"

#include <keratin/ops/nn/normalization.hpp>

namespace keratin::layers {
namespace {

template <class L>
std::shared_ptr<Layer> read(const Config& config, const char* class_name) {
    LayerReader reader(config, class_name);
    const Config& rate = reader.require("rate");
    auto options = reader.options<SpatialDropoutOptions>();
    options.seed = reader.seed();
    reader.data_format();
    reader.finish();
    return std::make_shared<L>(reader.at("rate", [&] { return rate.as_number(); }), std::move(options));
}

}  // namespace

SpatialDropout::SpatialDropout(double probability, SpatialDropoutOptions given, int spatial_axes)
    : Layer(layer_options(given), spatial_axes == 1 ? "SpatialDropout1D" : "SpatialDropout2D"),
      rate(probability),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)),
      spatial_axes_(spatial_axes) {
    require_fraction(rate, "rate", name());
}

std::string SpatialDropout::class_name() const {
    return spatial_axes_ == 1 ? "SpatialDropout1D" : "SpatialDropout2D";
}

void SpatialDropout::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor SpatialDropout::call(const Tensor& x) {
    compute_output_shape(x.shape());
    if (!training() || rate == 0) return x;
    require_floating(x, name());
    Shape noise = x.shape();
    for (int axis = 1; axis <= spatial_axes_; ++axis) noise = noise.with(axis, 1);
    return nn::dropout(x, rate, seed_generator.next(), &noise);
}

Shape SpatialDropout::compute_output_shape(const Shape& input) const {
    if (spatial_axes_ == 2) require_images(input, name());
    if (input.rank() != spatial_axes_ + 2)
        fail<ShapeError>("{}: input has shape {}; (batch, steps, channels) is needed", name(), input);
    return input;
}

/// Keras's has the dtype's name, and no trainable.
Config SpatialDropout::get_config() const {
    Config config = Config::object({{"rate", rate},
                                    {"seed", options.seed ? Config(*options.seed) : Config()},
                                    {"name", name()},
                                    {"dtype", dtype_policy().name()}});
    if (!trainable) config.set("trainable", false);
    if (options.activity_regularizer)
        config.set("activity_regularizer", node_of(options.activity_regularizer));
    if (spatial_axes_ == 2) config.set("data_format", "channels_last");
    return config;
}

SpatialDropout1D::SpatialDropout1D(double probability, SpatialDropoutOptions given)
    : SpatialDropout(probability, std::move(given), 1) {}
std::shared_ptr<Layer> SpatialDropout1D::from_config(const Config& config) {
    return read<SpatialDropout1D>(config, "SpatialDropout1D");
}

SpatialDropout2D::SpatialDropout2D(double probability, SpatialDropoutOptions given)
    : SpatialDropout(probability, std::move(given), 2) {}
std::shared_ptr<Layer> SpatialDropout2D::from_config(const Config& config) {
    return read<SpatialDropout2D>(config, "SpatialDropout2D");
}

}  // namespace keratin::layers
