#include <keratin/layers/zero_padding2d.hpp>

#include "layers/checks.hpp"
#include "layers/pairs.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

ZeroPadding2D::ZeroPadding2D(PadPair top_bottom, PadPair left_right, ZeroPadding2DOptions given)
    : Layer(layer_options(given), "ZeroPadding2D"),
      rows(top_bottom),
      columns(left_right),
      options(std::move(given)) {
    if (is_negative(rows) || is_negative(columns))
        fail<ValueError>("{}: padding (({}, {}), ({}, {})) must not be negative", name(), rows.before,
                         rows.after, columns.before, columns.after);
}

void ZeroPadding2D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor ZeroPadding2D::call(const Tensor& x) {
    compute_output_shape(x.shape());
    return pad(x, {{0, 0}, rows, columns, {0, 0}});
}

Shape ZeroPadding2D::compute_output_shape(const Shape& input) const {
    require_images(input, name());
    return {input[0], padded(input[1], rows, input, name()), padded(input[2], columns, input, name()),
            input[3]};
}

Config ZeroPadding2D::get_config() const {
    Config config = base_config();
    config.set("padding", Config::List{pair_config(rows), pair_config(columns)});
    config.set("data_format", "channels_last");
    return config;
}

std::shared_ptr<Layer> ZeroPadding2D::from_config(const Config& config) {
    LayerReader reader(config, "ZeroPadding2D");
    auto options = reader.options<ZeroPadding2DOptions>();
    PadPairs padding{{1, 1}, {1, 1}};
    if (const Config* node = reader.find("padding"))
        padding = reader.at("padding", [&] { return read_pairs(*node); });
    reader.data_format();
    reader.finish();
    return std::make_shared<ZeroPadding2D>(padding.rows, padding.columns, std::move(options));
}

}  // namespace keratin::layers
