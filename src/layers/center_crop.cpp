#include <keratin/layers/center_crop.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/images.hpp"

namespace keratin::layers {

CenterCrop::CenterCrop(int64_t rows, int64_t cols, CenterCropOptions given)
    : Layer(layer_options(given), "CenterCrop"), height(rows), width(cols), options(std::move(given)) {
    require_positive(Size2(height, width), "size", name());
}

void CenterCrop::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor CenterCrop::call(const Tensor& x) {
    const ImageBatch batch(x, compute_dtype(), name());
    const int64_t above = batch.height() - height, beside = batch.width() - width;
    if (above < 0 || beside < 0) return batch.unbatched(smart_resize(batch.images, height, width));
    return batch.unbatched(crop(batch.images, {above / 2, beside / 2, height, width}));
}

Shape CenterCrop::compute_output_shape(const Shape& input) const {
    require_image_or_images(input, name());
    return with_sides(input, height, width);
}

Config CenterCrop::get_config() const {
    Config config = base_config();
    config.set("data_format", "channels_last");
    config.set("height", height);
    config.set("width", width);
    return config;
}

std::shared_ptr<Layer> CenterCrop::from_config(const Config& config) {
    LayerReader reader(config, "CenterCrop");
    const Config &height = reader.require("height"), &width = reader.require("width");
    auto options = reader.options<CenterCropOptions>();
    reader.data_format();
    reader.finish();
    return std::make_shared<CenterCrop>(reader.at("height", [&] { return height.as_integer(); }),
                                        reader.at("width", [&] { return width.as_integer(); }),
                                        std::move(options));
}

}  // namespace keratin::layers
