#include <keratin/layers/rescaling.hpp>

#include "layers/axes.hpp"
#include "layers/config.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::layers {
namespace {

void check_channels(const OneOrMore<double>& numbers, const char* argument, const Shape& input,
                    const std::string& name) {
    const auto count = static_cast<int64_t>(numbers.values().size());
    if (count == 1 || (input.rank() > 0 && input.back() == count)) return;
    fail<ShapeError>(
        "{}: {} holds {} numbers, input of shape {} has no axis of {} channels at its end; give "
        "one number, or one per channel",
        name, argument, count, input, count);
}

/// A scalar, or a vector that broadcasts over the channels.
Tensor numbers_of(const OneOrMore<double>& numbers, DType dtype) {
    const auto count = static_cast<int64_t>(numbers.values().size());
    return convert(Tensor::from(numbers.values(), count == 1 ? Shape{} : Shape{count}), dtype);
}

}  // namespace

Rescaling::Rescaling(OneOrMore<double> factor, RescalingOptions given)
    : Layer(layer_options(given), "Rescaling"), scale(std::move(factor)), options(std::move(given)) {}

void Rescaling::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor Rescaling::call(const Tensor& given) {
    compute_output_shape(given.shape());
    const Tensor x = given.dtype() == compute_dtype() ? given : cast(given, compute_dtype());
    const auto& factors = scale.values();
    const auto& offsets = options.offset.values();
    if (factors.size() == 1 && offsets.size() == 1) return affine(x, factors.front(), offsets.front());
    return x * numbers_of(scale, compute_dtype()) + numbers_of(options.offset, compute_dtype());
}

Shape Rescaling::compute_output_shape(const Shape& input) const {
    check_channels(scale, "scale", input, name());
    check_channels(options.offset, "offset", input, name());
    return input;
}

Config Rescaling::get_config() const {
    Config config = base_config();
    config.set("scale", one_or_more_config(scale));
    config.set("offset", one_or_more_config(options.offset));
    return config;
}

std::shared_ptr<Layer> Rescaling::from_config(const Config& config) {
    LayerReader reader(config, "Rescaling");
    const Config& scale = reader.require("scale");
    auto options = reader.options<RescalingOptions>();
    if (const Config* offset = reader.find("offset"))
        options.offset = reader.at("offset", [&] { return read_numbers(*offset); });
    reader.finish();
    return std::make_shared<Rescaling>(reader.at("scale", [&] { return read_numbers(scale); }),
                                       std::move(options));
}

}  // namespace keratin::layers
