#include <keratin/layers/cropping2d.hpp>

#include "layers/checks.hpp"
#include "layers/pairs.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

Cropping2D::Cropping2D(PadPair top_bottom, PadPair left_right, Cropping2DOptions given)
    : Layer(layer_options(given), "Cropping2D"),
      rows(top_bottom),
      columns(left_right),
      options(std::move(given)) {
    if (is_negative(rows) || is_negative(columns))
        fail<ValueError>("{}: cropping (({}, {}), ({}, {})) must not be negative", name(), rows.before,
                         rows.after, columns.before, columns.after);
}

void Cropping2D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor Cropping2D::call(const Tensor& x) {
    const Shape shape = compute_output_shape(x.shape());
    return slice(x, {{}, {rows.before, rows.before + shape[1]}, {columns.before, columns.before + shape[2]}});
}

Shape Cropping2D::compute_output_shape(const Shape& input) const {
    require_images(input, name());
    return {input[0], cropped(input[1], rows, input, name()), cropped(input[2], columns, input, name()),
            input[3]};
}

Config Cropping2D::get_config() const {
    Config config = base_config();
    config.set("cropping", Config::List{pair_config(rows), pair_config(columns)});
    config.set("data_format", "channels_last");
    return config;
}

std::shared_ptr<Layer> Cropping2D::from_config(const Config& config) {
    LayerReader reader(config, "Cropping2D");
    auto options = reader.options<Cropping2DOptions>();
    PadPairs cropping{{0, 0}, {0, 0}};
    if (const Config* node = reader.find("cropping"))
        cropping = reader.at("cropping", [&] { return read_pairs(*node); });
    reader.data_format();
    reader.finish();
    return std::make_shared<Cropping2D>(cropping.rows, cropping.columns, std::move(options));
}

}  // namespace keratin::layers
