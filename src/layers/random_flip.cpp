#include <keratin/layers/random_flip.hpp>

#include "layers/config.hpp"
#include "layers/images.hpp"
#include "layers/noise.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

RandomFlip::RandomFlip(FlipMode how, RandomFlipOptions given)
    : Layer(layer_options(given), "RandomFlip"),
      mode(how),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)) {}

void RandomFlip::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor RandomFlip::call(const Tensor& x) {
    const ImageBatch batch(x, compute_dtype(), name());
    if (!training()) return batch.unbatched(batch.images);
    const Slice all, backwards{Slice::end, Slice::end, -1};
    const Slice rows = mode.is("horizontal") ? all : backwards, cols = mode.is("vertical") ? all : backwards;
    const Tensor flips = random::uniform({batch.count(), 1, 1, 1}, {}, seed_generator.next()) <= 0.5;
    return batch.unbatched(where(flips, slice(batch.images, {all, rows, cols}), batch.images));
}

Shape RandomFlip::compute_output_shape(const Shape& input) const {
    require_image_or_images(input, name());
    return input;
}

Config RandomFlip::get_config() const {
    Config config = base_config();
    config.set("data_format", "channels_last");
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    config.set("mode", mode.text());
    return config;
}

std::shared_ptr<Layer> RandomFlip::from_config(const Config& config) {
    LayerReader reader(config, "RandomFlip");
    auto options = reader.options<RandomFlipOptions>();
    options.seed = reader.seed();
    const FlipMode mode = reader.word<FlipMode>("mode", "horizontal_and_vertical");
    reader.data_format();
    reader.finish();
    return std::make_shared<RandomFlip>(mode, std::move(options));
}

}  // namespace keratin::layers
