#include <keratin/layers/up_sampling2d.hpp>

#include "layers/checks.hpp"
#include "layers/pairs.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

UpSampling2D::UpSampling2D(Size2 times, UpSampling2DOptions given)
    : Layer(layer_options(given), "UpSampling2D"), size(times), options(std::move(given)) {
    require_positive(size, "size", name());
}

void UpSampling2D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor UpSampling2D::call(const Tensor& x) {
    const Shape shape = compute_output_shape(x.shape()), in = x.shape();
    if (options.interpolation.is("bilinear")) {
        require_floating(x, name());
        return nn::resize(x, {shape[1], shape[2]}, options.interpolation);
    }
    const Tensor cells = reshape(x, {in[0], in[1], 1, in[2], 1, in[3]});
    return reshape(broadcast_to(cells, {in[0], in[1], size.height, in[2], size.width, in[3]}), shape);
}

Shape UpSampling2D::compute_output_shape(const Shape& input) const {
    require_images(input, name());
    if (input[1] == 0 || input[2] == 0)
        fail<ShapeError>("{}: input of shape {} has no pixels; height and width must be at least 1", name(),
                         input);
    return {input[0], repeated(input[1], size.height, input, name()),
            repeated(input[2], size.width, input, name()), input[3]};
}

Config UpSampling2D::get_config() const {
    Config config = base_config();
    config.set("size", size);
    config.set("data_format", "channels_last");
    config.set("interpolation", to_string(options.interpolation));
    return config;
}

std::shared_ptr<Layer> UpSampling2D::from_config(const Config& config) {
    LayerReader reader(config, "UpSampling2D");
    auto options = reader.options<UpSampling2DOptions>();
    const Size2 size = reader.size("size", 2);
    const std::string word = reader.text("interpolation", "nearest");
    options.interpolation = reader.at("interpolation", [&] { return interpolation(word); });
    reader.data_format();
    reader.finish();
    return std::make_shared<UpSampling2D>(size, std::move(options));
}

}  // namespace keratin::layers
