#include "layers/builtin.hpp"
#include "layers/layer_state.hpp"
#include "models/graph.hpp"
#include "models/training_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/activation.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/layers/softmax.hpp>
#include <keratin/models/model.hpp>

#include <algorithm>

/// What of a Model concerns its graph of layers, or the lack of one.
namespace keratin {
namespace {

std::string_view crossentropy_activation(const ActivationFunction& activation) {
    return activation.name() == "softmax" || activation.name() == "sigmoid" ? activation.name()
                                                                            : std::string_view();
}

template <class L>
Tensor call_linear(const L& layer, const Tensor& x) {
    L linear = layer;  // shares the weights
    linear.options.activation = {};
    return linear(x);
}

/// A functional model takes its inputs as the layers behind them do, so it goes by the dtype of the first
/// that is floating.
LayerOptions in_dtype_of(const std::vector<KerasTensor>& inputs, LayerOptions options) {
    const auto floating = std::find_if(inputs.begin(), inputs.end(), [](const KerasTensor& x) {
        return x.defined() && is_floating(x.dtype());
    });
    if (floating != inputs.end()) options.dtype = floating->dtype();
    return options;
}

}  // namespace

Model::Model(OneOrMore<KerasTensor> inputs, OneOrMore<KerasTensor> outputs, LayerOptions options)
    : Model(in_dtype_of(inputs.values(), std::move(options)), "Functional") {
    graph_ = std::make_shared<Graph>(std::move(inputs).values(), std::move(outputs).values(), name());
    std::vector<Shape> shapes;
    for (const KerasTensor& x : graph_->inputs()) shapes.push_back(x.shape());
    state_->build_once(*this, shapes, false);
}

std::string Model::class_name() const {
    return graph_ ? "Functional" : Layer::class_name();
}

std::vector<KerasTensor> Model::inputs() const {
    return graph_ ? graph_->inputs() : std::vector<KerasTensor>();
}

std::vector<KerasTensor> Model::outputs() const {
    return graph_ ? graph_->outputs() : std::vector<KerasTensor>();
}

Tensor Model::call(const Tensor& x) {
    return call_list({x}).front();
}

std::vector<Tensor> Model::call_list(const std::vector<Tensor>& inputs) {
    if (!graph_) {
        if (typeid(*this) == typeid(Model) && class_name() == "Sequential")
            fail<ValueError>(
                "{}: it is a Model copied from a Sequential, which leaves the layers behind; pass the "
                "Sequential by reference, or a std::shared_ptr to it",
                name());
        if (typeid(*this) == typeid(Model))
            fail<ValueError>(
                "{}: it has no layers; make it of inputs and outputs, or derive from Model and "
                "override call()",
                name());
        return Layer::call_list(inputs);
    }
    return graph_->run(inputs, logits_wanted(), call_without_activation);
}

Shape Model::compute_output_shape(const Shape& input) const {
    return graph_ ? graph_->output_shapes({input}).front() : Layer::compute_output_shape(input);
}

std::vector<Shape> Model::compute_output_shapes(const std::vector<Shape>& inputs) const {
    return graph_ ? graph_->output_shapes(inputs) : Layer::compute_output_shapes(inputs);
}

DType Model::compute_output_dtype(const std::vector<DType>& inputs) const {
    return graph_ ? graph_->outputs().front().dtype() : Layer::compute_output_dtype(inputs);
}

void Model::build_variables(const Shape& input_shape) {
    if (!graph_) Layer::build_variables(input_shape);
}

void Model::build_list_variables(const std::vector<Shape>& input_shapes) {
    if (!graph_) Layer::build_list_variables(input_shapes);
}

std::vector<std::shared_ptr<detail::LayerState>> Model::inner_states() const {
    if (!graph_) return Layer::inner_states();
    std::vector<std::shared_ptr<detail::LayerState>> states;
    for (const auto& layer : graph_->layers()) states.push_back(detail::LayerState::refreshed(*layer));
    return states;
}

std::vector<LayerReference> Model::layers() const {
    if (graph_) return {graph_->layers().begin(), graph_->layers().end()};
    // The layers are members of a class of the user's, whose copies share all with them.
    std::vector<LayerReference> list;
    const std::lock_guard lock(training_->listed_mutex);
    for (const auto& state : Layer::inner_states()) {
        std::shared_ptr<Layer>& listed = training_->listed[state.get()];
        if (!listed) listed = state->any_layer();
        if (listed) list.emplace_back(listed);
    }
    return list;
}

std::vector<std::vector<Shape>> Model::output_shapes_of_layers() const {
    std::vector<std::vector<Shape>> shapes;
    for (const LayerReference& layer : layers()) {
        shapes.emplace_back();
        if (graph_) {
            for (const auto& node : graph_->nodes_of(*layer)) {
                shapes.back().clear();  // Keras shows the last call
                for (const auto& output : node->outputs) shapes.back().push_back(output.shape);
            }
        } else if (const auto state = detail::LayerState::of(*layer); state->built()) {
            std::vector<Shape> inputs = state->input_shapes();
            for (Shape& input : inputs)
                if (input.rank()) input = input.with(0, Shape::unknown);
            shapes.back() = layer->compute_output_shapes(inputs);
        }
    }
    return shapes;
}

size_t Model::output_count() const {
    return graph_ ? graph_->outputs().size() : 0;
}

std::vector<std::string> Model::output_names() const {
    return graph_ ? graph_->output_names() : std::vector{std::string()};
}

Tensors Model::call_all(const Tensors& x, const CallOptions& options) const {
    if (x.size() == 1 && output_count() == 1) return (*this)(x.front(), options);
    return apply(x.list(), options);
}

std::string_view Model::final_activation(size_t output) const {
    const Layer* last = graph_ ? graph_->last_layer(output) : nullptr;
    return last ? activation_behind(*last) : std::string_view();
}

std::string_view Model::activation_behind(const Layer& last) {
    if (const auto* dense = dynamic_cast<const layers::Dense*>(&last))
        return crossentropy_activation(dense->options.activation);
    if (const auto* conv = dynamic_cast<const layers::Conv2D*>(&last))
        return crossentropy_activation(conv->options.activation);
    if (const auto* activation = dynamic_cast<const layers::Activation*>(&last))
        return crossentropy_activation(activation->activation);
    if (const auto* softmax = dynamic_cast<const layers::Softmax*>(&last))
        return softmax->axis.values() == std::vector{-1} ? "softmax" : "";
    if (const auto* model = dynamic_cast<const Model*>(&last)) return model->final_activation();
    return {};
}

Tensor Model::call_without_activation(const Layer& last, const Tensor& x) {
    if (const auto* dense = dynamic_cast<const layers::Dense*>(&last)) return call_linear(*dense, x);
    if (const auto* conv = dynamic_cast<const layers::Conv2D*>(&last)) return call_linear(*conv, x);
    if (const auto* model = dynamic_cast<const Model*>(&last)) {
        const LogitsWanted wanted(model->training_.get());
        return last(x);
    }
    return x;  // Activation and Softmax are nothing else
}

}  // namespace keratin
