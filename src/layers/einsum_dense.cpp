#include <keratin/layers/einsum_dense.hpp>

#include "layers/checks.hpp"
#include "layers/config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/initializers/variance_scaling.hpp>
#include <keratin/ops/einsum.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin::layers {
namespace {

/// The three terms of a layer's equation, without their ellipses.
struct Terms {
    std::string input, kernel, output;
    bool left = false, right = false;  ///< where the ellipsis stands
};

bool take(std::string& text, bool at_front) {
    if (text.size() < 3 || text.compare(at_front ? 0 : text.size() - 3, 3, "...") != 0) return false;
    text.erase(at_front ? 0 : text.size() - 3, 3);
    return true;
}

bool is_letters(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

Terms terms_of(const EinsumDense& layer) {
    const std::string& text = layer.equation;
    const size_t comma = text.find(','), arrow = text.find("->");
    Terms terms;
    bool fits = comma != std::string::npos && arrow != std::string::npos && comma < arrow;
    if (fits) {
        terms.input = text.substr(0, comma);
        terms.kernel = text.substr(comma + 1, arrow - comma - 1);
        terms.output = text.substr(arrow + 2);
        terms.left = take(terms.input, true);
        terms.right = take(terms.input, false);
        fits = take(terms.output, true) == terms.left && take(terms.output, false) == terms.right &&
               !(terms.left && terms.right) && is_letters(terms.input) && is_letters(terms.kernel) &&
               is_letters(terms.output);
    }
    if (!fits)
        fail<ValueError>(
            "{}: equation \"{}\" is not accepted; it is \"X,Y->Z\", \"...X,Y->...Z\" or \"X...,Y->Z...\"",
            layer.name(), text);
    return terms;
}

/// What an input's shape makes of the equation.
struct Shapes {
    Shape kernel, output;
    int elided;  ///< axes under the ellipsis
};

/// The extents of the output as far as output_shape gives them, the batch and what is elided included.
Shape given_output(const EinsumDense& layer, const Terms& terms, const Shape& input, int elided) {
    Shape output = input.slice(0, terms.left ? elided : 1) + layer.output_shape;
    if (terms.right) output = output + input.slice(input.rank() - elided, input.rank());
    return output;
}

Shapes shapes_of(const EinsumDense& layer, const Shape& input) {
    const Terms terms = terms_of(layer);
    const int letters = static_cast<int>(terms.input.size());
    const int elided = input.rank() - letters;
    const bool fits = terms.left ? elided > 0 : terms.right ? elided >= 0 : elided == 0;
    if (!fits)
        fail<ShapeError>("{}: input of shape {} does not have the {} axes that \"{}\" names{}", layer.name(),
                         input, letters, layer.equation, terms.left ? " behind a batch" : "");
    const Shape given = given_output(layer, terms, input, elided);
    const int before = terms.left ? elided : 0;
    if (given.rank() != static_cast<int>(terms.output.size()) + elided)
        fail<ValueError>("{}: output_shape {} does not have the axes of \"{}\" behind the batch",
                         layer.name(), layer.output_shape, layer.equation);
    const auto input_extent = [&](char letter) {
        const size_t at = terms.input.find(letter);
        return at == std::string::npos ? Shape::unknown : input[static_cast<int>(at) + before];
    };
    std::vector<int64_t> kernel;
    for (const char letter : terms.kernel) {
        const size_t at = terms.output.find(letter);
        const int64_t in = input_extent(letter);
        if (at == std::string::npos && terms.input.find(letter) == std::string::npos)
            fail<ValueError>(
                "{}: equation \"{}\" names '{}' in the kernel only; the input or the output must have it",
                layer.name(), layer.equation, letter);
        const int64_t out = at == std::string::npos ? Shape::unknown : given[static_cast<int>(at) + before];
        kernel.push_back(out == Shape::unknown ? in : out);
    }
    const Shape kernel_shape(kernel);
    const Shape output = einsum_shape(layer.equation, input, kernel_shape);
    for (int axis = 0; axis < output.rank(); ++axis)
        if (given[axis] != Shape::unknown && output[axis] != Shape::unknown && given[axis] != output[axis])
            fail<ShapeError>("{}: input of shape {} gives an output of shape {}, output_shape is {}",
                             layer.name(), input, output, layer.output_shape);
    return {kernel_shape, output, elided};
}

/// The output's extents from the first letter of bias_axes on, 1 for letters that it does not name.
Shape bias_shape(const EinsumDense& layer, const Shapes& shapes) {
    const Terms terms = terms_of(layer);
    const std::string& axes = layer.options.bias_axes;
    const size_t first = terms.output.find_first_of(axes);
    std::vector<int64_t> extents;
    for (size_t i = first; i < terms.output.size(); ++i) {
        const int axis = static_cast<int>(i) + (terms.left ? shapes.elided : 0);
        extents.push_back(axes.find(terms.output[i]) == std::string::npos ? 1 : shapes.output[axis]);
    }
    if (terms.right) extents.insert(extents.end(), static_cast<size_t>(shapes.elided), 1);
    return Shape(extents);
}

/// An initializer that counts as inputs the kernel's axes that the output does not have, and as outputs the
/// others, as Keras has it here: the numbers are drawn for a matrix of these.
class ByEquation : public initializers::Initializer {
public:
    ByEquation(InitializerHandle initializer, int64_t inputs)
        : inner_(std::move(initializer)), inputs_(inputs) {}

    Tensor operator()(const Shape& shape, DType dtype) const override {
        if (inputs_ < 1) return (*inner_)(shape, dtype);
        return reshape((*inner_)({inputs_, shape.size() / inputs_}, dtype), shape);
    }
    std::string class_name() const override { return inner_->class_name(); }
    Config get_config() const override { return inner_->get_config(); }

private:
    InitializerHandle inner_;
    int64_t inputs_;
};

InitializerHandle kernel_initializer(const EinsumDense& layer, const Shape& kernel) {
    const InitializerHandle& given = layer.options.kernel_initializer;
    if (!dynamic_cast<const initializers::VarianceScaling*>(given.get()) || !kernel.is_static()) return given;
    const Terms terms = terms_of(layer);
    int64_t inputs = 1;
    for (size_t i = 0; i < terms.kernel.size(); ++i)
        if (terms.output.find(terms.kernel[i]) == std::string::npos) inputs *= kernel[static_cast<int>(i)];
    return ByEquation(given, inputs);
}

}  // namespace

EinsumDense::EinsumDense(std::string text, Shape shape, EinsumDenseOptions given)
    : Layer(layer_options(given), "EinsumDense"),
      equation(std::move(text)),
      output_shape(shape),
      options(std::move(given)) {
    const Terms terms = terms_of(*this);
    for (const char letter : options.bias_axes)
        if (terms.output.find(letter) == std::string::npos)
            fail<ValueError>("{}: bias_axes \"{}\" names '{}', which the output of \"{}\" does not have",
                             name(), options.bias_axes, letter, equation);
}

void EinsumDense::build_variables(const Shape& input_shape) {
    const Shapes shapes = shapes_of(*this, input_shape);
    add_weight(kernel, {.name = "kernel",
                        .shape = shapes.kernel,
                        .initializer = kernel_initializer(*this, shapes.kernel),
                        .regularizer = options.kernel_regularizer,
                        .constraint = options.kernel_constraint});
    if (!options.bias_axes.empty())
        add_weight(bias, {.name = "bias",
                          .shape = bias_shape(*this, shapes),
                          .initializer = options.bias_initializer,
                          .regularizer = options.bias_regularizer,
                          .constraint = options.bias_constraint});
}

void EinsumDense::own_variables(std::vector<Variable>& list) const {
    list.insert(list.end(), {kernel, bias});
}

Tensor EinsumDense::call(const Tensor& x) {
    require_floating(x, name());
    compute_output_shape(x.shape());
    const Tensor y = einsum(equation, x, kernel);
    return options.activation(options.bias_axes.empty() ? y : y + bias);
}

Shape EinsumDense::compute_output_shape(const Shape& input) const {
    const Shapes shapes = shapes_of(*this, input);
    if (kernel.built() && kernel.shape() != shapes.kernel)
        fail<ShapeError>("{}: input of shape {} needs a kernel of shape {}, the layer's has {}", name(),
                         input, shapes.kernel, kernel.shape());
    return shapes.output;
}

Config EinsumDense::get_config() const {
    Config config = base_config();
    config.set("output_shape", output_shape);
    config.set("equation", equation);
    config.set("activation", activation_config(options.activation, *this));
    config.set("bias_axes", options.bias_axes.empty() ? Config() : Config(options.bias_axes));
    config.set("kernel_initializer", node_of(options.kernel_initializer));
    config.set("bias_initializer", node_of(options.bias_initializer));
    config.set("kernel_regularizer", node_of(options.kernel_regularizer));
    config.set("bias_regularizer", node_of(options.bias_regularizer));
    config.set("activity_regularizer", node_of(options.activity_regularizer));
    config.set("kernel_constraint", node_of(options.kernel_constraint));
    config.set("bias_constraint", node_of(options.bias_constraint));
    config.set("quantization_config", nullptr);
    return config;
}

std::shared_ptr<Layer> EinsumDense::from_config(const Config& config) {
    LayerReader reader(config, "EinsumDense");
    const Config& text = reader.require("equation");
    const Config& shape = reader.require("output_shape");
    auto options = reader.options<EinsumDenseOptions>();
    options.activation = reader.activation();
    options.bias_axes = reader.text("bias_axes", {});
    options.kernel_initializer = reader.initializer("kernel_initializer", "glorot_uniform");
    options.bias_initializer = reader.initializer("bias_initializer", "zeros");
    options.kernel_regularizer = reader.regularizer("kernel_regularizer");
    options.bias_regularizer = reader.regularizer("bias_regularizer");
    options.kernel_constraint = reader.constraint("kernel_constraint");
    options.bias_constraint = reader.constraint("bias_constraint");
    reader.finish();
    return std::make_shared<EinsumDense>(
        reader.at("equation", [&] { return text.as_string(); }),
        reader.at("output_shape",
                  [&] { return shape.is_number() ? Shape{shape.as_integer()} : shape.as_shape(); }),
        std::move(options));
}

}  // namespace keratin::layers
