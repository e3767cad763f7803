#include <keratin/layers/global_average_pooling1d.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {

GlobalAveragePooling1D::GlobalAveragePooling1D(GlobalAveragePooling1DOptions given)
    : Layer(layer_options(given), "GlobalAveragePooling1D"), options(std::move(given)) {}

void GlobalAveragePooling1D::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor GlobalAveragePooling1D::call(const Tensor& x) {
    require_floating(x, name());
    compute_output_shape(x.shape());
    if (!x.mask().defined()) return reduce_mean(x, 1, options.keepdims);
    const Tensor counts = expand_dims(cast(x.mask(), x.dtype()), -1);
    return reduce_sum(x * counts, 1, options.keepdims) / reduce_sum(counts, 1, options.keepdims);
}

Shape GlobalAveragePooling1D::compute_output_shape(const Shape& input) const {
    require_sequences(input, name());
    if (input[1] == 0)
        fail<ShapeError>("{}: input of shape {} has no steps; there must be at least 1", name(), input);
    return options.keepdims ? Shape{input[0], 1, input[2]} : Shape{input[0], input[2]};
}

Config GlobalAveragePooling1D::get_config() const {
    Config config = base_config();
    config.set("data_format", "channels_last");
    config.set("keepdims", options.keepdims);
    return config;
}

std::shared_ptr<Layer> GlobalAveragePooling1D::from_config(const Config& config) {
    LayerReader reader(config, "GlobalAveragePooling1D");
    auto options = reader.options<GlobalAveragePooling1DOptions>();
    reader.data_format();
    options.keepdims = reader.flag("keepdims", false);
    reader.finish();
    return std::make_shared<GlobalAveragePooling1D>(std::move(options));
}

}  // namespace keratin::layers
