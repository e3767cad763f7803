#include <keratin/layers/lambda.hpp>

#include "core/unknown_class.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>

namespace keratin::layers {

Lambda::Lambda(ListFunction function, bool of_one, LambdaOptions given)
    : ListLayer(layer_options(given), "Lambda"),
      options(std::move(given)),
      function_(std::move(function)),
      of_one_(of_one) {}

void Lambda::build_list_variables(const std::vector<Shape>& input_shapes) {
    require_count(input_shapes.size());
}

void Lambda::require_count(size_t inputs) const {
    if (of_one_ && inputs != 1)
        fail<ValueError>("{}: its function takes one tensor and got {}; let it take a std::vector<Tensor>",
                         name(), inputs);
}

std::vector<Tensor> Lambda::call_list(const std::vector<Tensor>& inputs) {
    require_count(inputs.size());
    const Tensor y = function_(inputs);
    if (!options.output_shape || !y.defined()) return {y};
    const Shape wanted = inputs.front().shape().slice(0, 1) + *options.output_shape;
    if (y.shape() != wanted)
        fail<ShapeError>("{}: its function gave shape {} where output_shape says {}", name(), y.shape(),
                         wanted);
    return {y};
}

std::vector<Shape> Lambda::compute_output_shapes(const std::vector<Shape>& inputs) const {
    if (!options.output_shape) return ListLayer::compute_output_shapes(inputs);
    return {inputs.front().slice(0, 1) + *options.output_shape};
}

Config Lambda::get_config() const {
    fail<ValueError>(
        "{}: a Lambda's function cannot be written to a config; derive a Layer, and register it by "
        "register_layer()",
        name());
}

std::shared_ptr<Layer> Lambda::from_config(const Config& config) {
    const Config* name = config.find("name");
    fail<UnknownClass>(
        "{}: a Lambda holds code, which keratin never takes from a file; write the function as a Layer, in "
        "Keras too, and make that known with register_layer()",
        name && name->is_string() ? name->as_string() : "lambda");
}

}  // namespace keratin::layers
