#include <keratin/layers/global_max_pooling2d.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/reduce.hpp>

namespace keratin::layers {

GlobalMaxPooling2D::GlobalMaxPooling2D(GlobalMaxPooling2DOptions given)
    : Layer(layer_options(given), "GlobalMaxPooling2D"), options(std::move(given)) {}

void GlobalMaxPooling2D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor GlobalMaxPooling2D::call(const Tensor& x) {
    require_floating(x, name());
    compute_output_shape(x.shape());
    static const Axes pixels{1, 2};
    return reduce_max(x, pixels, options.keepdims);
}

Shape GlobalMaxPooling2D::compute_output_shape(const Shape& input) const {
    require_images(input, name());
    if (input[1] == 0 || input[2] == 0)
        fail<ShapeError>("{}: input of shape {} has no pixels; height and width must be at least 1", name(),
                         input);
    return options.keepdims ? Shape{input[0], 1, 1, input[3]} : Shape{input[0], input[3]};
}

Config GlobalMaxPooling2D::get_config() const {
    Config config = base_config();
    config.set("data_format", "channels_last");
    config.set("keepdims", options.keepdims);
    return config;
}

std::shared_ptr<Layer> GlobalMaxPooling2D::from_config(const Config& config) {
    LayerReader reader(config, "GlobalMaxPooling2D");
    auto options = reader.options<GlobalMaxPooling2DOptions>();
    reader.data_format();
    options.keepdims = reader.flag("keepdims", false);
    reader.finish();
    return std::make_shared<GlobalMaxPooling2D>(std::move(options));
}

}  // namespace keratin::layers
