#include "onnx/export/models.hpp"

#include "layers/node.hpp"
#include "onnx/export/layers.hpp"

#include <keratin/layers/registry.hpp>
#include <keratin/models/sequential.hpp>

#include <unordered_map>

namespace keratin::onnx {
namespace {

using NodePointer = std::shared_ptr<const detail::Node>;
using Values = std::unordered_map<const detail::Node*, std::vector<Value>>;

[[noreturn]] void refuse(const Model& model, std::string_view reason) {
    fail<ValueError>("save_onnx: model '{}' cannot be written as ONNX: {}", model.name(), reason);
}

/// The calls behind the outputs, each behind those that it needs; not those whose values are known.
std::vector<NodePointer> sorted(const std::vector<KerasTensor>& outputs, const Values& known) {
    std::vector<NodePointer> order, open;
    std::unordered_map<const detail::Node*, bool> done;  // false while what it needs is on its way
    for (const KerasTensor& output : outputs) open.push_back(output.node());
    while (!open.empty()) {
        const NodePointer node = open.back();
        const auto [state, fresh] = done.try_emplace(node.get(), false);
        if (known.contains(node.get()) || state->second) {
            open.pop_back();
        } else if (fresh) {
            for (size_t i = node->inputs.size(); i-- > 0;) open.push_back(node->inputs[i].node());
        } else {
            state->second = true;
            order.push_back(node);
            open.pop_back();
        }
    }
    return order;
}

std::vector<Value> write_graph(GraphWriter& graph, const Model& model, const std::vector<Value>& inputs) {
    Values values;
    const std::vector<KerasTensor> begin = model.inputs(), end = model.outputs();
    for (size_t i = 0; i < begin.size(); ++i) {
        auto& slots = values[begin[i].node().get()];
        slots.resize(std::max(slots.size(), begin[i].index() + 1));
        slots[begin[i].index()] = inputs[i];
    }
    const auto value_of = [&](const KerasTensor& x) { return values.at(x.node().get()).at(x.index()); };
    for (const NodePointer& node : sorted(end, values)) {
        std::vector<Value> arguments;
        for (const KerasTensor& x : node->inputs) arguments.push_back(value_of(x));
        values[node.get()] = write_layer(graph, *node->layer, node->options, arguments);
    }
    std::vector<Value> outputs;
    for (const KerasTensor& x : end) outputs.push_back(value_of(x));
    return outputs;
}

}  // namespace

std::vector<ModelInput> inputs_of(const Model& model) {
    std::vector<ModelInput> inputs;
    if (model.is_functional()) {
        for (const KerasTensor& x : model.inputs()) inputs.push_back({x.name(), x.shape(), x.dtype()});
        return inputs;
    }
    if (!dynamic_cast<const Sequential*>(&model))
        refuse(model, "it is a class of its own, whose call() is code");
    if (!model.built()) refuse(model, "it is not built; call it, build() it, or put an InputLayer in front");
    const Config node = serialize(model);
    const Config& layers = node["config"]["layers"];
    std::string name = "input";
    DType dtype = float32;
    if (!layers.as_list().empty() && layers.as_list().front()["class_name"] == Config("InputLayer")) {
        const Config& config = layers.as_list().front()["config"];
        name = config["name"].as_string();
        dtype = keratin::dtype(config["dtype"].as_string());
    }
    return {{name, node["build_config"]["input_shape"].as_shape(), dtype}};
}

std::vector<std::string> output_names_of(const Model& model) {
    std::vector<std::string> names;
    for (const KerasTensor& x : model.outputs()) names.push_back(x.name());
    if (!model.is_functional()) {
        const std::vector<LayerReference> layers = model.layers();
        names.push_back(layers.empty() ? "output" : layers.back().name());
    }
    return names;
}

std::vector<Value> write_model(GraphWriter& graph, const Model& model, const std::vector<Value>& inputs) {
    if (model.is_functional()) return write_graph(graph, model, inputs);
    if (!dynamic_cast<const Sequential*>(&model))
        refuse(model, "it is a class of its own, whose call() is code");
    std::vector<Value> values = inputs;
    for (const LayerReference& layer : model.layers()) values = write_layer(graph, *layer, {}, values);
    return values;
}

}  // namespace keratin::onnx
