#include <keratin/layers/random_transform.hpp>

#include "layers/axes.hpp"
#include "layers/config.hpp"
#include "layers/images.hpp"
#include "layers/noise.hpp"

#include <cmath>
#include <numbers>

namespace keratin::layers {
namespace {

constexpr std::array<double, 2> turns = {-1.0, 1.0}, shares = {-1.0, 1.0};

/// Zooming by -1 would see nothing.
void check_zoom(const OneOrMore<double>& factor, const char* argument, const std::string& name) {
    range_of(factor, argument, shares, name);
    for (const double value : factor.values())
        if (value == -1)
            fail<ValueError>("{}: {} holds -1, which leaves nothing to see; give factors above -1", name,
                             argument);
}

/// One number per image out of a range, in TensorFlow's arithmetic.
std::vector<float> draw(Range range, int64_t count, const SeedGenerator& generator) {
    const Tensor shares_of_range = random::uniform({count}, {}, generator.next());
    const auto lower = static_cast<float>(range.lower), upper = static_cast<float>(range.upper);
    std::vector<float> values;
    for (const float share : shares_of_range.data<float>()) values.push_back(lower + share * (upper - lower));
    return values;
}

template <class Matrix>
Tensor each(int64_t count, const Matrix& matrix) {
    Tensor result = Tensor::empty({count, 6});
    float* to = result.mutable_data<float>().data();
    for (int64_t i = 0; i < count; ++i) {
        const std::array<float, 6> one = matrix(static_cast<size_t>(i));
        std::copy(one.begin(), one.end(), to + 6 * i);
    }
    return result;
}

template <class Options>
nn::AffineTransformOptions sampling_of(const Options& options) {
    return {options.interpolation, options.fill_mode, options.fill_value};
}

template <class Options>
void set_sampling(Config& config, const Options& options) {
    config.set("fill_mode", options.fill_mode.text());
    config.set("fill_value", options.fill_value);
    config.set("interpolation", options.interpolation.text());
    config.set("seed", options.seed ? Config(*options.seed) : Config());
}

template <class Options>
Options read_sampling(LayerReader& reader) {
    auto options = reader.options<Options>();
    options.fill_mode = reader.word<nn::FillMode>("fill_mode", "reflect");
    options.interpolation = reader.word<nn::Sampling>("interpolation", "bilinear");
    options.seed = reader.seed();
    options.fill_value = reader.number("fill_value", 0.0);
    reader.data_format();
    return options;
}

OneOrMore<double> read_factor(LayerReader& reader, const char* key) {
    const Config& factor = reader.require(key);
    return reader.at(key, [&] { return read_numbers(factor); });
}

}  // namespace

RandomTransform::RandomTransform(const LayerOptions& base, const char* class_name,
                                 std::optional<uint64_t> seed, const nn::AffineTransformOptions& sampling)
    : Layer(base, class_name),
      seed_generator(seeded(*this, seed)),
      class_name_(class_name),
      sampling_(sampling) {}

std::string RandomTransform::class_name() const {
    return class_name_;
}

void RandomTransform::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor RandomTransform::call(const Tensor& x) {
    const ImageBatch batch(x, compute_dtype(), name());
    if (!training()) return batch.unbatched(batch.images);
    const Tensor how = transforms(batch.count(), batch.height(), batch.width());
    return batch.unbatched(nn::affine_transform(batch.images, how, sampling_));
}

Shape RandomTransform::compute_output_shape(const Shape& input) const {
    require_image_or_images(input, name());
    return input;
}

RandomRotation::RandomRotation(OneOrMore<double> by, RandomTransformOptions given)
    : RandomTransform(layer_options(given), "RandomRotation", given.seed, sampling_of(given)),
      factor(std::move(by)),
      options(std::move(given)) {
    range_of(factor, "factor", turns, name());
}

Tensor RandomRotation::transforms(int64_t count, int64_t height, int64_t width) const {
    const Range range = range_of(factor, "factor", turns, name());
    const auto angles = draw({range.lower * 360, range.upper * 360}, count, seed_generator);
    constexpr float radian = static_cast<float>(std::numbers::pi / 180);
    const float x = 0.5f * static_cast<float>(width - 1), y = 0.5f * static_cast<float>(height - 1);
    return each(count, [&](size_t i) -> std::array<float, 6> {
        const float cosine = std::cos(angles[i] * radian), sine = std::sin(angles[i] * radian);
        return {cosine, -sine, x - x * cosine + y * sine, sine, cosine, y - x * sine - y * cosine};
    });
}

Config RandomRotation::get_config() const {
    Config config = base_config();
    const Range range = range_of(factor, "factor", turns, name());
    config.set("data_format", "channels_last");
    config.set("factor", Config::List{range.lower, range.upper});
    set_sampling(config, options);
    return config;
}

std::shared_ptr<Layer> RandomRotation::from_config(const Config& config) {
    LayerReader reader(config, "RandomRotation");
    OneOrMore<double> factor = read_factor(reader, "factor");
    auto options = read_sampling<RandomTransformOptions>(reader);
    reader.finish();
    return std::make_shared<RandomRotation>(std::move(factor), std::move(options));
}

RandomTranslation::RandomTranslation(OneOrMore<double> down, OneOrMore<double> right,
                                     RandomTransformOptions given)
    : RandomTransform(layer_options(given), "RandomTranslation", given.seed, sampling_of(given)),
      height_factor(std::move(down)),
      width_factor(std::move(right)),
      options(std::move(given)) {
    range_of(height_factor, "height_factor", shares, name());
    range_of(width_factor, "width_factor", shares, name());
}

Tensor RandomTranslation::transforms(int64_t count, int64_t height, int64_t width) const {
    const auto down = draw(range_of(height_factor, "height_factor", shares, name()), count, seed_generator);
    const auto right = draw(range_of(width_factor, "width_factor", shares, name()), count, seed_generator);
    return each(count, [&](size_t i) -> std::array<float, 6> {
        return {1, 0, -right[i] * static_cast<float>(width), 0, 1, -down[i] * static_cast<float>(height)};
    });
}

Config RandomTranslation::get_config() const {
    Config config = base_config();
    config.set("data_format", "channels_last");
    config.set("height_factor", one_or_more_config(height_factor));
    config.set("width_factor", one_or_more_config(width_factor));
    set_sampling(config, options);
    return config;
}

std::shared_ptr<Layer> RandomTranslation::from_config(const Config& config) {
    LayerReader reader(config, "RandomTranslation");
    OneOrMore<double> down = read_factor(reader, "height_factor"),
                      right = read_factor(reader, "width_factor");
    auto options = read_sampling<RandomTransformOptions>(reader);
    reader.finish();
    return std::make_shared<RandomTranslation>(std::move(down), std::move(right), std::move(options));
}

RandomZoom::RandomZoom(OneOrMore<double> by, RandomZoomOptions given)
    : RandomTransform(layer_options(given), "RandomZoom", given.seed, sampling_of(given)),
      height_factor(std::move(by)),
      options(std::move(given)) {
    check_zoom(height_factor, "height_factor", name());
    if (has_width()) check_zoom(options.width_factor, "width_factor", name());
}

bool RandomZoom::has_width() const {
    return !options.width_factor.values().empty();
}

Tensor RandomZoom::transforms(int64_t count, int64_t height, int64_t width) const {
    const auto zooms = [&](const OneOrMore<double>& factor) {
        const Range range = range_of(factor, "height_factor", shares, name());
        return draw({1 + range.lower, 1 + range.upper}, count, seed_generator);
    };
    const std::vector<float> rows = zooms(height_factor);
    const std::vector<float> cols = has_width() ? zooms(options.width_factor) : rows;
    const float x = static_cast<float>(width - 1) / 2, y = static_cast<float>(height - 1) / 2;
    return each(count, [&](size_t i) -> std::array<float, 6> {
        return {cols[i], 0, x * (1 - cols[i]), 0, rows[i], y * (1 - rows[i])};
    });
}

Config RandomZoom::get_config() const {
    Config config = base_config();
    config.set("data_format", "channels_last");
    config.set("height_factor", one_or_more_config(height_factor));
    config.set("width_factor", has_width() ? one_or_more_config(options.width_factor) : Config());
    set_sampling(config, options);
    return config;
}

std::shared_ptr<Layer> RandomZoom::from_config(const Config& config) {
    LayerReader reader(config, "RandomZoom");
    OneOrMore<double> factor = read_factor(reader, "height_factor");
    auto options = read_sampling<RandomZoomOptions>(reader);
    if (const Config* width = reader.find("width_factor"))
        options.width_factor = reader.at("width_factor", [&] { return read_numbers(*width); });
    reader.finish();
    return std::make_shared<RandomZoom>(std::move(factor), std::move(options));
}

}  // namespace keratin::layers
