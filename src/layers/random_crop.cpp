#include <keratin/layers/random_crop.hpp>

#include <keratin/ops/nn/resize.hpp>
#include "layers/checks.hpp"
#include "layers/config.hpp"
#include "layers/images.hpp"
#include "layers/noise.hpp"

namespace keratin::layers {

RandomCrop::RandomCrop(int64_t rows, int64_t cols, RandomCropOptions given)
    : Layer(layer_options(given), "RandomCrop"),
      height(rows),
      width(cols),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)) {
    require_positive(Size2(height, width), "size", name());
}

void RandomCrop::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor RandomCrop::call(const Tensor& x) {
    const ImageBatch batch(x, compute_dtype(), name());
    if (!training()) return batch.unbatched(smart_resize(batch.images, height, width));
    Box box = box_of_aspect(batch.height(), batch.width(), height, width);
    if (batch.height() > height && batch.width() > width) {
        const Tensor places = random::uniform({2}, {.dtype = float64}, seed_generator.next());
        const auto start = [&](int64_t axis, int64_t room) {
            return static_cast<int64_t>(places.at<double>({axis}) * static_cast<double>(room + 1));
        };
        box.top = start(0, batch.height() - height);
        box.left = start(1, batch.width() - width);
    }
    // As Keras: the place of the part with the aspect ratio, but not its size.
    const Tensor part = crop(batch.images, {box.top, box.left, height, width});
    return batch.unbatched(nn::resize(part, {height, width}));
}

Shape RandomCrop::compute_output_shape(const Shape& input) const {
    require_image_or_images(input, name());
    return with_sides(input, height, width);
}

Config RandomCrop::get_config() const {
    Config config = base_config();
    config.set("data_format", "channels_last");
    config.set("height", height);
    config.set("width", width);
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    return config;
}

std::shared_ptr<Layer> RandomCrop::from_config(const Config& config) {
    LayerReader reader(config, "RandomCrop");
    const Config &height = reader.require("height"), &width = reader.require("width");
    auto options = reader.options<RandomCropOptions>();
    options.seed = reader.seed();
    reader.data_format();
    reader.finish();
    return std::make_shared<RandomCrop>(reader.at("height", [&] { return height.as_integer(); }),
                                        reader.at("width", [&] { return width.as_integer(); }),
                                        std::move(options));
}

}  // namespace keratin::layers
