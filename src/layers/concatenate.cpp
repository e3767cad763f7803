#include <keratin/layers/concatenate.hpp>

#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <fmt/ranges.h>

namespace keratin::layers {

Concatenate::Concatenate(ConcatenateOptions given)
    : ListLayer(layer_options(given), "Concatenate"), options(std::move(given)) {}

void Concatenate::build_list_variables(const std::vector<Shape>& input_shapes) {
    compute_output_shapes(input_shapes);
}

std::vector<Tensor> Concatenate::call_list(const std::vector<Tensor>& inputs) {
    std::vector<Shape> shapes;
    for (const Tensor& x : inputs) shapes.push_back(x.shape());
    compute_output_shapes(shapes);
    return {concat(inputs, options.axis)};
}

std::vector<Shape> Concatenate::compute_output_shapes(const std::vector<Shape>& inputs) const {
    if (inputs.empty()) fail<ValueError>("{}: it got no inputs; give it a list of tensors", name());
    Shape result = inputs.front();
    const int along = result.normalize_axis(options.axis, name().c_str());
    for (size_t i = 1; i < inputs.size(); ++i) {
        const Shape& input = inputs[i];
        bool fits = input.rank() == result.rank();
        for (int axis = 0; fits && axis < result.rank(); ++axis) {
            const int64_t a = result[axis], b = input[axis];
            const bool open = a == Shape::unknown || b == Shape::unknown;
            if (axis == along)
                result = result.with(axis, open ? Shape::unknown : a + b);
            else if (open)
                result = result.with(axis, a == Shape::unknown ? b : a);
            else
                fits = a == b;
        }
        if (!fits)
            fail<ShapeError>("{}: inputs of shapes {} do not go together; all but axis {} must agree", name(),
                             fmt::join(inputs, ", "), options.axis);
    }
    return {result};
}

std::vector<Tensor> Concatenate::compute_mask(const std::vector<Tensor>& inputs,
                                              const std::vector<Tensor>&) const {
    std::vector<Tensor> masks;
    bool any = false;
    for (const Tensor& x : inputs) {
        Tensor mask = x.mask();
        any |= mask.defined();
        if (!mask.defined()) mask = ones({}, bool_);
        while (mask.rank() > 0 && mask.rank() < x.rank()) mask = expand_dims(mask, -1);
        masks.push_back(broadcast_to(mask, x.shape()));
    }
    if (!any) return {};
    return {reduce_any(concat(masks, options.axis), {-1})};
}

Config Concatenate::get_config() const {
    Config config = base_config();
    config.set("axis", options.axis);
    return config;
}

std::shared_ptr<Layer> Concatenate::from_config(const Config& config) {
    LayerReader reader(config, "Concatenate");
    auto options = reader.options<ConcatenateOptions>();
    options.axis = reader.small_integer("axis", -1);
    reader.finish();
    return std::make_shared<Concatenate>(std::move(options));
}

}  // namespace keratin::layers
