#include <keratin/layers/unit_normalization.hpp>

#include "layers/axes.hpp"
#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {

UnitNormalization::UnitNormalization(UnitNormalizationOptions given)
    : Layer(layer_options(given), "UnitNormalization"), options(std::move(given)) {
    if (options.axis.values().empty()) fail<ValueError>("{}: axis is empty; name at least one axis", name());
}

void UnitNormalization::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor UnitNormalization::call(const Tensor& x) {
    require_floating(x, name());
    const Tensor squares = reduce_sum(square(x), Axes(axes_of(options.axis, x.shape(), name())), true);
    // Bounded before the root: a norm of 0 has a gradient of 0 then, and not none.
    constexpr double smallest = 1e-24;
    return x * rsqrt(maximum(squares, smallest));
}

Shape UnitNormalization::compute_output_shape(const Shape& input) const {
    axes_of(options.axis, input, name());
    return input;
}

Config UnitNormalization::get_config() const {
    Config config = base_config();
    config.set("axis", one_or_more_config(options.axis));
    return config;
}

std::shared_ptr<Layer> UnitNormalization::from_config(const Config& config) {
    LayerReader reader(config, "UnitNormalization");
    auto options = reader.options<UnitNormalizationOptions>();
    options.axis = read_axes(reader);
    reader.finish();
    return std::make_shared<UnitNormalization>(std::move(options));
}

}  // namespace keratin::layers
