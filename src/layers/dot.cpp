#include <keratin/layers/dot.hpp>

#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/einsum.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::layers {
namespace {

/// The equation of two shapes: 'a' is the batch, 'b' what is summed over.
std::string equation_of(const Shape& first, int axis, const Shape& second, int other_axis) {
    std::string left = "a", right = "a", result = "a";
    char next = 'c';
    const auto add = [&](std::string& term, const Shape& shape, int summed) {
        for (int i = 1; i < shape.rank(); ++i) {
            const char letter = i == summed ? 'b' : next++;
            term += letter;
            if (i != summed) result += letter;
        }
    };
    add(left, first, axis);
    add(right, second, other_axis);
    return left + "," + right + "->" + result;
}

int placed(const Dot& layer, const Shape& shape, int axis) {
    if (shape.rank() < 2)
        fail<ShapeError>("{}: an input has shape {}; (batch, ..) with at least two axes is needed",
                         layer.name(), shape);
    const int place = shape.normalize_axis(axis, layer.name().c_str());
    if (place == 0)
        fail<ValueError>("{}: axis {} of an input of shape {} is the batch; sum over another one",
                         layer.name(), axis, shape);
    return place;
}

/// With unit length along an axis; as in Keras, what is shorter than 1e-7 is multiplied by 1e7.
Tensor normalized(const Tensor& x, int axis) {
    return x * rsqrt(maximum(reduce_sum(square(x), axis, true), 1e-14));
}

std::vector<Shape> shapes_of(const std::vector<Tensor>& tensors) {
    std::vector<Shape> shapes;
    for (const Tensor& x : tensors) shapes.push_back(x.shape());
    return shapes;
}

}  // namespace

Dot::Dot(DotAxes of_inputs, DotOptions given)
    : ListLayer(layer_options(given), "Dot"), axes(of_inputs), options(std::move(given)) {}

void Dot::build_list_variables(const std::vector<Shape>& input_shapes) {
    compute_output_shapes(input_shapes);
}

std::vector<Tensor> Dot::call_list(const std::vector<Tensor>& inputs) {
    const Shape shape = compute_output_shapes(shapes_of(inputs)).front();
    const int first = placed(*this, inputs[0].shape(), axes.first);
    const int second = placed(*this, inputs[1].shape(), axes.second);
    Tensor a = inputs[0], b = inputs[1];
    if (options.normalize) {
        a = normalized(a, first);
        b = normalized(b, second);
    }
    return {reshape(einsum(equation_of(a.shape(), first, b.shape(), second), a, b), shape)};
}

std::vector<Shape> Dot::compute_output_shapes(const std::vector<Shape>& inputs) const {
    if (inputs.size() != 2) fail<ValueError>("{}: it takes two inputs and got {}", name(), inputs.size());
    const Shape &a = inputs[0], &b = inputs[1];
    const int first = placed(*this, a, axes.first), second = placed(*this, b, axes.second);
    const auto differ = [](int64_t x, int64_t y) {
        return x != y && x != Shape::unknown && y != Shape::unknown;
    };
    if (differ(a[0], b[0]))
        fail<ShapeError>("{}: inputs of shapes {} and {} are batches of different sizes", name(), a, b);
    if (differ(a[first], b[second]))
        fail<ShapeError>(
            "{}: inputs of shapes {} and {} differ in what is summed over: axis {} has {}, axis {} has {}",
            name(), a, b, first, a[first], second, b[second]);
    const Shape result = einsum_shape(equation_of(a, first, b, second), a, b);
    return {result.rank() == 1 ? result + Shape{1} : result};
}

Config Dot::get_config() const {
    Config config = base_config();
    config.set("axes", axes.one ? Config(axes.first) : Config(Config::List{axes.first, axes.second}));
    config.set("normalize", options.normalize);
    return config;
}

std::shared_ptr<Layer> Dot::from_config(const Config& config) {
    LayerReader reader(config, "Dot");
    const Config& node = reader.require("axes");
    auto options = reader.options<DotOptions>();
    options.normalize = reader.flag("normalize", false);
    reader.finish();
    const DotAxes axes = reader.at("axes", [&]() -> DotAxes {
        if (node.is_number()) return as_int(node);
        const Size2 pair = node.as_size2();
        return {as_int(pair.height), as_int(pair.width)};
    });
    return std::make_shared<Dot>(axes, std::move(options));
}

}  // namespace keratin::layers
