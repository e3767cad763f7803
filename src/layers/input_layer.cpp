#include <keratin/layers/input_layer.hpp>

#include "layers/config.hpp"
#include "layers/node.hpp"

#include <keratin/core/error.hpp>

namespace keratin::layers {
namespace {

int64_t batch_extent(const InputLayerOptions& options, const std::string& name) {
    if (options.batch_size && *options.batch_size < 0)
        fail<ValueError>("{}: batch_size is {}; it must not be negative", name, *options.batch_size);
    return options.batch_size.value_or(Shape::unknown);
}

}  // namespace

InputLayer::InputLayer(Shape shape, InputLayerOptions given)
    : Layer({.dtype = is_floating(given.dtype) ? given.dtype : float32, .name = given.name}, "InputLayer"),
      options(std::move(given)),
      batch_shape_(Shape{batch_extent(options, name())} + shape) {}

void InputLayer::build_variables(const Shape& input_shape) {
    compute_output_shape(input_shape);
}

Tensor InputLayer::call(const Tensor& x) {
    compute_output_shape(x.shape());
    return x;
}

Shape InputLayer::compute_output_shape(const Shape& input) const {
    bool fits = input.rank() == batch_shape_.rank();
    for (int axis = 0; fits && axis < input.rank(); ++axis)
        fits = input[axis] == batch_shape_[axis] || input[axis] == Shape::unknown ||
               batch_shape_[axis] == Shape::unknown;
    if (!fits)
        fail<ShapeError>("{}: input has shape {}, the model was made for {}; reshape() the input", name(),
                         input, batch_shape_);
    return input;
}

Config InputLayer::get_config() const {
    return Config::object({{"batch_shape", batch_shape_},
                           {"dtype", of_strings_ ? "string" : keratin::name(options.dtype)},
                           {"sparse", false},
                           {"ragged", false},
                           {"name", name()},
                           {"optional", false}});
}

std::shared_ptr<Layer> InputLayer::from_config(const Config& config) {
    LayerReader reader(config, "InputLayer");
    const Config* shape = reader.find("batch_shape");
    if (const Config* older = reader.find("batch_input_shape"); !shape) shape = older;  // Keras 2
    if (!shape) fail<ValueError>("InputLayer: its config has no \"batch_shape\", which must be given");
    const Shape batch_shape = reader.at("batch_shape", [&] { return shape->as_shape(); });
    if (batch_shape.rank() < 1)
        fail<ValueError>("InputLayer: batch_shape is {}; it must begin with the batch", batch_shape);
    const Config* type = reader.find("dtype");
    const bool strings = type && *type == Config("string");
    InputLayerOptions options{.dtype = strings ? float32 : reader.dtype("dtype", float32),
                              .name = reader.text("name", {})};
    if (batch_shape[0] != Shape::unknown) options.batch_size = batch_shape[0];
    reader.only("sparse", false);
    reader.only("ragged", false);
    reader.only("optional", false);
    reader.flag("trainable", true);
    reader.finish();
    auto layer = std::make_shared<InputLayer>(batch_shape.slice(1, batch_shape.rank()), std::move(options));
    layer->of_strings_ = strings;
    return layer;
}

}  // namespace keratin::layers

namespace keratin {

KerasTensor detail::input_of(const std::shared_ptr<layers::InputLayer>& layer) {
    layer->build(layer->shape());
    std::vector<Node::Output> output = {{layer->shape(), layer->options.dtype}};
    return {std::make_shared<Node>(layer, std::vector<KerasTensor>(), CallOptions{}, std::move(output)), 0};
}

KerasTensor Input(Shape shape, layers::InputLayerOptions options) {
    return detail::input_of(std::make_shared<layers::InputLayer>(shape, std::move(options)));
}

}  // namespace keratin
