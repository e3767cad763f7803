#include <keratin/layers/zero_padding2d.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {
namespace {

PadPair read_pair(const Config& node) {
    if (node.is_number()) return {node.as_integer(), node.as_integer()};
    const Size2 pair = node.as_size2();
    return {pair.height, pair.width};
}

}  // namespace

ZeroPadding2D::ZeroPadding2D(PadPair top_bottom, PadPair left_right, ZeroPadding2DOptions given)
    : Layer(layer_options(given), "ZeroPadding2D"),
      rows(top_bottom),
      columns(left_right),
      options(std::move(given)) {
    if (rows.before < 0 || rows.after < 0 || columns.before < 0 || columns.after < 0)
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
    const auto padded = [&](int64_t side, PadPair zeros) {
        if (side == Shape::unknown) return side;
        if (__builtin_add_overflow(side, zeros.before, &side) ||
            __builtin_add_overflow(side, zeros.after, &side))
            fail<ShapeError>("{}: padding ({}, {}) of input {} is more than memory can hold; use less",
                             name(), zeros.before, zeros.after, input);
        return side;
    };
    return {input[0], padded(input[1], rows), padded(input[2], columns), input[3]};
}

Config ZeroPadding2D::get_config() const {
    Config config = base_config();
    config.set("padding", Config::List{Config::List{rows.before, rows.after},
                                       Config::List{columns.before, columns.after}});
    config.set("data_format", "channels_last");
    return config;
}

std::shared_ptr<Layer> ZeroPadding2D::from_config(const Config& config) {
    LayerReader reader(config, "ZeroPadding2D");
    auto options = reader.options<ZeroPadding2DOptions>();
    PadPair rows{1, 1}, columns{1, 1};
    if (const Config* padding = reader.find("padding"))
        reader.at("padding", [&] {
            if (padding->is_list() && padding->as_list().size() == 2) {
                rows = read_pair(padding->as_list()[0]);
                columns = read_pair(padding->as_list()[1]);
            } else {
                rows = columns = read_pair(*padding);
            }
        });
    reader.data_format();
    reader.finish();
    return std::make_shared<ZeroPadding2D>(rows, columns, std::move(options));
}

}  // namespace keratin::layers
