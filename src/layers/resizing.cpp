#include <keratin/layers/resizing.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/images.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/resize.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin::layers {

Resizing::Resizing(int64_t rows, int64_t cols, ResizingOptions given)
    : Layer(layer_options(given), "Resizing"), height(rows), width(cols), options(std::move(given)) {
    require_positive(Size2(height, width), "size", name());
    if (options.crop_to_aspect_ratio && options.pad_to_aspect_ratio)
        fail<ValueError>("{}: crop_to_aspect_ratio and pad_to_aspect_ratio are both true; choose one",
                         name());
}

void Resizing::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

/// Filled up to the target's aspect ratio, as much on either side.
Tensor Resizing::padded(const Tensor& images) const {
    const int64_t rows = images.shape()[1], cols = images.shape()[2];
    const auto needed = [](int64_t other, int64_t side, int64_t other_side, int64_t least) {
        const float exact = static_cast<float>(other * side) / static_cast<float>(other_side);
        return std::max(least, static_cast<int64_t>(exact));
    };
    const int64_t above = (needed(cols, height, width, rows) - rows) / 2;
    const int64_t beside = (needed(rows, width, height, cols) - cols) / 2;
    if (above == 0 && beside == 0) return images;
    return pad(images, {{0, 0}, {above, above}, {beside, beside}, {0, 0}}, options.fill_value);
}

Tensor Resizing::call(const Tensor& x) {
    const ImageBatch batch(x, compute_dtype(), name());
    Tensor images = batch.images;
    if (options.crop_to_aspect_ratio)
        images = crop(images, box_of_aspect(batch.height(), batch.width(), height, width));
    if (options.pad_to_aspect_ratio) images = padded(images);
    const Tensor y = batch.unbatched(nn::resize(images, {height, width}, options.interpolation));
    return is_floating(x.dtype()) ? y : cast(round(y), x.dtype());
}

Shape Resizing::compute_output_shape(const Shape& input) const {
    require_image_or_images(input, name());
    return with_sides(input, height, width);
}

DType Resizing::compute_output_dtype(const std::vector<DType>& inputs) const {
    return inputs.empty() || is_floating(inputs.front()) ? compute_dtype() : inputs.front();
}

Config Resizing::get_config() const {
    Config config = base_config();
    config.set("data_format", "channels_last");
    config.set("height", height);
    config.set("width", width);
    config.set("interpolation", options.interpolation.text());
    config.set("crop_to_aspect_ratio", options.crop_to_aspect_ratio);
    config.set("pad_to_aspect_ratio", options.pad_to_aspect_ratio);
    config.set("fill_mode", "constant");
    config.set("fill_value", options.fill_value);
    config.set("antialias", false);
    return config;
}

std::shared_ptr<Layer> Resizing::from_config(const Config& config) {
    LayerReader reader(config, "Resizing");
    const Config &height = reader.require("height"), &width = reader.require("width");
    auto options = reader.options<ResizingOptions>();
    options.interpolation = reader.word<Interpolation>("interpolation", "bilinear");
    options.crop_to_aspect_ratio = reader.flag("crop_to_aspect_ratio", false);
    options.pad_to_aspect_ratio = reader.flag("pad_to_aspect_ratio", false);
    options.fill_value = reader.number("fill_value", 0.0);
    reader.only("fill_mode", "constant");
    reader.only("antialias", false);
    reader.data_format();
    reader.finish();
    return std::make_shared<Resizing>(reader.at("height", [&] { return height.as_integer(); }),
                                      reader.at("width", [&] { return width.as_integer(); }),
                                      std::move(options));
}

}  // namespace keratin::layers
