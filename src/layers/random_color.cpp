#include <keratin/layers/random_color.hpp>

#include "layers/axes.hpp"
#include "layers/config.hpp"
#include "layers/images.hpp"
#include "layers/noise.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {
namespace {

template <class L>
std::shared_ptr<Layer> read(const Config& config, const char* class_name) {
    LayerReader reader(config, class_name);
    const Config& factor = reader.require("factor");
    auto options = reader.options<RandomColorOptions>();
    if (const Config* range = reader.find("value_range"))
        options.value_range = reader.at("value_range", [&]() -> std::array<double, 2> {
            const std::vector<double> ends = read_numbers(*range);
            if (ends.size() != 2) fail<ValueError>("{} numbers, give two", ends.size());
            return {ends[0], ends[1]};
        });
    options.seed = reader.seed();
    reader.data_format();
    reader.finish();
    return std::make_shared<L>(reader.at("factor", [&] { return read_numbers(factor); }), std::move(options));
}

}  // namespace

RandomColor::RandomColor(OneOrMore<double> by, RandomColorOptions given, const char* class_name,
                         double lowest_factor)
    : Layer(layer_options(given), class_name),
      factor(std::move(by)),
      options(std::move(given)),
      seed_generator(seeded(*this, options.seed)),
      class_name_(class_name),
      lowest_factor_(lowest_factor) {
    bounds();
    if (!(options.value_range[0] <= options.value_range[1]))
        fail<ValueError>("{}: value_range is [{}, {}]; give the lower end first", name(),
                         options.value_range[0], options.value_range[1]);
}

std::array<double, 2> RandomColor::bounds() const {
    const double lowest = factor.values().size() == 2 ? -1.0 : lowest_factor_;
    const Range range = range_of(factor, "factor", {lowest, 1.0}, name());
    return {range.lower, range.upper};
}

std::string RandomColor::class_name() const {
    return class_name_;
}

void RandomColor::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor RandomColor::call(const Tensor& x) {
    const ImageBatch batch(x, compute_dtype(), name());
    if (!training()) return batch.unbatched(batch.images);
    const Tensor shares =
        random::uniform({batch.count(), 1, 1, 1}, {.dtype = compute_dtype()}, seed_generator.next());
    const Tensor changed = change(batch.images, shares);
    return batch.unbatched(clip(changed, options.value_range[0], options.value_range[1]));
}

Shape RandomColor::compute_output_shape(const Shape& input) const {
    require_image_or_images(input, name());
    return input;
}

Config RandomColor::get_config() const {
    Config config = base_config();
    const auto [lower, upper] = bounds();
    config.set("data_format", "channels_last");
    config.set("factor", Config::List{lower, upper});
    config.set("value_range", Config::List{options.value_range[0], options.value_range[1]});
    config.set("seed", options.seed ? Config(*options.seed) : Config());
    return config;
}

RandomBrightness::RandomBrightness(OneOrMore<double> by, RandomColorOptions given)
    : RandomColor(std::move(by), std::move(given), "RandomBrightness", -1) {}

Tensor RandomBrightness::change(const Tensor& images, const Tensor& shares) const {
    const auto [lower, upper] = bounds();
    const double width = options.value_range[1] - options.value_range[0];
    return images + affine(shares, upper - lower, lower) * width;
}

std::shared_ptr<Layer> RandomBrightness::from_config(const Config& config) {
    return read<RandomBrightness>(config, "RandomBrightness");
}

RandomContrast::RandomContrast(OneOrMore<double> by, RandomColorOptions given)
    : RandomColor(std::move(by), std::move(given), "RandomContrast", 0) {}

Tensor RandomContrast::change(const Tensor& images, const Tensor& shares) const {
    const auto [lower, upper] = bounds();
    const Tensor mean = reduce_mean(images, {1, 2}, true);
    return (images - mean) * affine(shares, lower + upper, 1 - lower) + mean;
}

std::shared_ptr<Layer> RandomContrast::from_config(const Config& config) {
    return read<RandomContrast>(config, "RandomContrast");
}

}  // namespace keratin::layers
