#include "layers/builtin.hpp"
#include "layers/node.hpp"
#include "models/graph.hpp"

#include <keratin/layers/bidirectional.hpp>
#include <keratin/layers/multi_head_attention.hpp>
#include <keratin/layers/operation.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/layers/rnn.hpp>
#include <keratin/models/model.hpp>

/// Functional models as Keras writes them: the layers, each with the calls that are part of the model.
namespace keratin {
namespace {

// Here, where what every model needs is, so that programs linked with the static library have it.
const detail::BuiltinLayer entry = detail::builtin_layer<Model>("Functional", "keras.src.models.functional");

Config history_of(const Graph& graph, const KerasTensor& x, size_t first_call = 0) {
    return Config::List{x.name(), first_call + graph.index_of(*x.node()), x.index()};
}

/// In the lists of inputs and outputs, and only there, Keras counts a functional model's own graph as its
/// first call.
Config end_of(const Graph& graph, const KerasTensor& x) {
    const auto* model = dynamic_cast<const Model*>(x.node()->layer.get());
    return history_of(graph, x, model && model->is_functional() ? 1 : 0);
}

Config ends_of(const Graph& graph, const std::vector<KerasTensor>& tensors) {
    Config::List list;
    for (const KerasTensor& x : tensors) list.push_back(end_of(graph, x));
    return list.size() == 1 ? list.front() : Config(std::move(list));
}

/// An object where the outputs have names of their own.
Config outputs_of(const Graph& graph) {
    if (!graph.has_named_outputs()) return ends_of(graph, graph.outputs());
    Config outputs = Config::object();
    for (size_t i = 0; i < graph.outputs().size(); ++i)
        outputs.set(graph.output_names()[i], end_of(graph, graph.outputs()[i]));
    return outputs;
}

Config tensor_node(const Graph& graph, const KerasTensor& x) {
    return Config::object({{"class_name", "__keras_tensor__"},
                           {"config", Config::object({{"shape", x.shape()},
                                                      {"dtype", name(x.dtype())},
                                                      {"keras_history", history_of(graph, x)}})}});
}

/// The arguments as Keras has them: one tensor, or a list of those that are merged; queries, values and keys
/// one by one; states by name; an operation's constants where they stand.
Config call_node(const Graph& graph, const detail::Node& node) {
    Config::List tensors;
    for (const KerasTensor& x : node.inputs) tensors.push_back(tensor_node(graph, x));
    if (const auto* operation = dynamic_cast<const layers::Operation*>(node.layer.get()))
        return operation->call_config(tensors);
    Config kwargs = Config::object();
    if (node.options.training) kwargs.set("training", *node.options.training);
    if (node.options.arguments.is_object())
        for (const auto& [key, value] : node.options.arguments.members()) kwargs.set(key, value);
    const Layer* layer = node.layer.get();
    const bool recurrent =
        dynamic_cast<const layers::RNN*>(layer) || dynamic_cast<const layers::Bidirectional*>(layer);
    if (recurrent && tensors.size() > 1) {
        kwargs.set("initial_state", Config::List(tensors.begin() + 1, tensors.end()));
        tensors.resize(1);
    }
    const bool attention = dynamic_cast<const layers::MultiHeadAttention*>(layer) != nullptr;
    if (attention && tensors.size() > 3) {  // behind masks that keratin's tensors carry themselves
        kwargs.set("attention_mask", tensors[3]);
        tensors.resize(3);
    }
    const bool one_by_one = recurrent || attention;
    const bool merged = !one_by_one && (tensors.size() > 1 || dynamic_cast<const ListLayer*>(layer));
    Config::List args;
    if (merged)
        args.emplace_back(std::move(tensors));
    else
        args = std::move(tensors);
    return Config::object({{"args", std::move(args)}, {"kwargs", std::move(kwargs)}});
}

}  // namespace

Config Model::get_config() const {
    if (!graph_) return Layer::get_config();
    Config config = Config::object({{"name", name()}, {"trainable", static_cast<bool>(trainable)}});
    Config::List layers;
    for (const auto& layer : graph_->layers()) {
        Config node = serialize(*layer);
        node.set("name", layer->name());
        Config::List calls;
        for (const auto& call : graph_->nodes_of(*layer))
            if (!call->inputs.empty()) calls.push_back(call_node(*graph_, *call));
        node.set("inbound_nodes", std::move(calls));
        layers.push_back(std::move(node));
    }
    config.set("layers", std::move(layers));
    config.set("input_layers", ends_of(*graph_, graph_->inputs()));
    config.set("output_layers", outputs_of(*graph_));
    return config;
}

}  // namespace keratin
