#include <keratin/layers/reshape.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin::layers {

Reshape::Reshape(Shape target, ReshapeOptions given)
    : Layer(layer_options(given), "Reshape"), target_shape(target), options(std::move(given)) {
    if (std::count(target_shape.begin(), target_shape.end(), Shape::unknown) > 1)
        fail<ValueError>("{}: target_shape {} leaves more than one extent open", name(), target_shape);
}

void Reshape::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor Reshape::call(const Tensor& x) {
    return reshape(x, compute_output_shape(x.shape()));
}

Shape Reshape::compute_output_shape(const Shape& input) const {
    if (input.rank() == 0) fail<ShapeError>("{}: input is a scalar; (batch, ..) is needed", name());
    const Shape batch = input.slice(0, 1), others = input.slice(1, input.rank());
    if (!others.is_static()) return batch + target_shape;
    const int64_t size = others.size();
    int64_t known = 1;
    int open = -1;
    for (int axis = 0; axis < target_shape.rank(); ++axis) {
        if (target_shape[axis] == Shape::unknown)
            open = axis;
        else
            known *= target_shape[axis];
    }
    if (open < 0 ? known != size : known == 0 || size % known != 0)
        fail<ShapeError>("{}: input of shape {} has {} elements per sample, target_shape {} holds {}", name(),
                         input, size, target_shape,
                         open < 0 ? fmt::format("{}", known) : fmt::format("a multiple of {}", known));
    return batch + (open < 0 ? target_shape : target_shape.with(open, size / known));
}

Config Reshape::get_config() const {
    Config config = base_config();
    Config::List extents(target_shape.begin(), target_shape.end());
    config.set("target_shape", std::move(extents));
    return config;
}

std::shared_ptr<Layer> Reshape::from_config(const Config& config) {
    LayerReader reader(config, "Reshape");
    const Config& target = reader.require("target_shape");
    auto options = reader.options<ReshapeOptions>();
    reader.finish();
    return std::make_shared<Reshape>(reader.at("target_shape", [&] { return target.as_shape(); }),
                                     std::move(options));
}

}  // namespace keratin::layers
