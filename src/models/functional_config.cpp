#include "layers/builtin.hpp"
#include "layers/node.hpp"
#include "models/graph.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/batch_normalization.hpp>
#include <keratin/layers/bidirectional.hpp>
#include <keratin/layers/multi_head_attention.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/layers/rnn.hpp>
#include <keratin/models/model.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

/// Functional models as Keras writes them: the layers, each with the calls that are part of the model.
namespace keratin {
namespace {

const detail::BuiltinLayer entry = detail::builtin_layer<Model>("Functional", "keras.src.models.functional");

// -- writing

Config history_of(const Graph& graph, const KerasTensor& x) {
    return Config::List{x.name(), graph.index_of(*x.node()), x.index()};
}

Config tensor_node(const Graph& graph, const KerasTensor& x) {
    return Config::object({{"class_name", "__keras_tensor__"},
                           {"config", Config::object({{"shape", x.shape()},
                                                      {"dtype", name(x.dtype())},
                                                      {"keras_history", history_of(graph, x)}})}});
}

/// The arguments as Keras has them: one tensor, or a list of those that are merged; queries, values and keys
/// one by one; states by name.
Config call_node(const Graph& graph, const detail::Node& node) {
    Config::List tensors;
    for (const KerasTensor& x : node.inputs) tensors.push_back(tensor_node(graph, x));
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
    const bool one_by_one = recurrent || dynamic_cast<const layers::MultiHeadAttention*>(layer);
    const bool merged = !one_by_one && (tensors.size() > 1 || dynamic_cast<const ListLayer*>(layer));
    Config::List args;
    if (merged)
        args.emplace_back(std::move(tensors));
    else
        args = std::move(tensors);
    return Config::object({{"args", std::move(args)}, {"kwargs", std::move(kwargs)}});
}

// -- reading

struct Call {
    std::vector<std::vector<Config>> inputs;  ///< [layer, call, output] of each
    CallOptions options;
    std::vector<std::string> masks;  ///< what makes those given by name; here they go with the inputs
};

bool is_tensor(const Config& value) {
    return value.is_object() && value.find("class_name") && value["class_name"] == Config("__keras_tensor__");
}

/// Keras computes masks by operations that are nodes of the model like its layers.
bool is_operation(const Config& node) {
    const Config* module = node.find("module");
    return module && module->is_string() && module->as_string().starts_with("keras.src.ops.");
}

void collect_tensors(const Config& args, Call& call) {
    if (args.is_list()) {
        for (const Config& item : args.as_list()) collect_tensors(item, call);
    } else if (is_tensor(args)) {
        call.inputs.push_back(args["config"]["keras_history"].as_list());
    } else if (!args.is_null()) {
        fail<ValueError>("a layer is called with {}, which is not a tensor", args.to_json());
    }
}

/// Arguments by name: tensors are inputs like the others, in this order; flags stay arguments.
void read_kwargs(const Config& kwargs, const std::string& layer, Call& call) {
    for (const char* tensors : {"value", "key", "attention_mask", "initial_state"})
        if (const Config* value = kwargs.find(tensors)) collect_tensors(*value, call);
    for (const auto& [key, value] : kwargs.members()) {
        const bool is_mask = key == "mask" || (key.ends_with("_mask") && key != "attention_mask");
        if (is_mask && is_tensor(value)) {
            const Config::List& history = value["config"]["keras_history"].as_list();
            call.masks.push_back(history.empty() ? "" : history.front().as_string());
        }
        if (value.is_null() || value.is_list() || value.is_object()) continue;
        if (key == "training")
            call.options.training = value.as_bool();
        else if (value.is_bool() && call.options.arguments.is_null())
            call.options.arguments = Config::object({{key, value}});
        else if (value.is_bool())
            call.options.arguments.set(key, value);
        else
            fail<ValueError>("{} is called with {} = {}, which keratin does not know", layer, key,
                             value.to_json());
    }
}

/// What a layer's call(x, training=..) has by default in Keras, which writes it as if it had been given.
std::optional<bool> default_training(const Layer& layer) {
    if (dynamic_cast<const layers::BatchNormalization*>(&layer) || dynamic_cast<const Model*>(&layer))
        return std::nullopt;
    return layer.class_name().starts_with("Random");
}

/// One entry of "inbound_nodes": an object, or with Keras 2 a list of [layer, call, output, kwargs].
Call read_call(const Config& node, const Layer& called) {
    const std::string& layer = called.name();
    Call call;
    if (node.is_list()) {
        for (const Config& input : node.as_list()) {
            Config::List history = input.as_list();
            if (history.size() == 4) {
                read_kwargs(history.back(), layer, call);
                history.pop_back();
            }
            call.inputs.push_back(std::move(history));
        }
        return call;
    }
    collect_tensors(node["args"], call);
    if (const Config* kwargs = node.find("kwargs")) read_kwargs(*kwargs, layer, call);
    if (call.options.training == default_training(called)) call.options.training.reset();
    return call;
}

/// Calls the layers of a config again, each as soon as its inputs are there.
class Rebuilding {
public:
    explicit Rebuilding(std::string owner) : owner_(std::move(owner)) {}

    void add(const Config& node) {
        if (is_operation(node)) {
            operations_.emplace(node["name"].as_string(), node["class_name"].as_string());
            return;
        }
        const std::shared_ptr<Layer> layer = layer_from_config(node);
        const std::string name = layer->name();
        std::vector<std::vector<KerasTensor>>& calls = results_[name];
        if (!calls.empty()) fail<ValueError>("{}: two layers are called \"{}\"", owner_, name);
        if (const auto input = std::dynamic_pointer_cast<layers::InputLayer>(layer)) {
            calls.push_back({detail::input_of(input)});
            return;
        }
        if (const Config* inbound = node.find("inbound_nodes"))
            for (const Config& call : inbound->as_list())
                waiting_.push_back({layer, read_call(call, *layer)});
    }
    void call_all() {
        count_from_zero();
        while (!waiting_.empty()) {
            const size_t before = waiting_.size();
            std::vector<Waiting> left;
            for (Waiting& one : waiting_)
                if (!try_call(one)) left.push_back(std::move(one));
            waiting_ = std::move(left);
            if (waiting_.size() == before)
                fail<ValueError>("{}: the inputs of {} come from no other layer; the config is damaged",
                                 owner_, waiting_.front().layer->name());
        }
    }
    /// [layer, call, output]; nothing as long as it has not been called.
    std::optional<KerasTensor> find(const std::vector<Config>& history) const {
        if (history.size() < 3 || !history[0].is_string() || !history[1].is_integer() ||
            !history[2].is_integer())
            fail<ValueError>("{}: [layer, call, output] was expected, found {}", owner_,
                             Config(history).to_json());
        const auto found = results_.find(history[0].as_string());
        if (const auto operation = operations_.find(history[0].as_string()); operation != operations_.end())
            fail<ValueError>("{}: {} is the operation {}; a model is read of layers only", owner_,
                             operation->first, operation->second);
        if (found == results_.end())
            fail<ValueError>("{}: no layer is called \"{}\"", owner_, history[0].as_string());
        const auto call = static_cast<size_t>(history[1].as_integer()) - first_call(found->first);
        const auto output = static_cast<size_t>(history[2].as_integer());
        if (call >= found->second.size()) return std::nullopt;
        if (output >= found->second[call].size())
            fail<ValueError>("{}: {} has no output {}", owner_, found->first, output);
        return found->second[call][output];
    }
    std::vector<KerasTensor> find_all(const Config& list) const {
        std::vector<KerasTensor> tensors;
        const bool one = list.is_list() && !list.as_list().empty() && list.as_list().front().is_string();
        for (const Config& history : one ? Config::List{list} : list.as_list()) {
            const auto x = find(history.as_list());
            if (!x) fail<ValueError>("{}: {} is made by no call", owner_, history.to_json());
            tensors.push_back(*x);
        }
        return tensors;
    }

private:
    struct Waiting {
        std::shared_ptr<Layer> layer;
        Call call;
    };
    /// Older versions of Keras count a model's own graph as its first call.
    void count_from_zero() {
        std::map<std::string, size_t> lowest;
        for (const Waiting& one : waiting_)
            for (const auto& history : one.call.inputs) {
                if (history.size() < 2 || !history[0].is_string() || !history[1].is_integer()) continue;
                const auto call = static_cast<size_t>(history[1].as_integer());
                const auto [least, is_new] = lowest.emplace(history[0].as_string(), call);
                if (!is_new) least->second = std::min(least->second, call);
            }
        for (const Waiting& one : waiting_) {
            const auto* model = dynamic_cast<const Model*>(one.layer.get());
            if (model && model->is_functional() && lowest.contains(model->name()))
                first_call_[model->name()] = std::min<size_t>(lowest[model->name()], 1);
        }
    }
    size_t first_call(const std::string& layer) const {
        const auto found = first_call_.find(layer);
        return found == first_call_.end() ? 0 : found->second;
    }
    bool try_call(const Waiting& one) {
        std::vector<KerasTensor> inputs;
        for (const auto& history : one.call.inputs) {
            const auto x = find(history);
            if (!x) return false;
            inputs.push_back(*x);
        }
        note_masks(one, inputs);
        results_[one.layer->name()].push_back(one.layer->apply(inputs, one.call.options));
        return true;
    }

    /// A mask that Keras made of a layer's goes with the tensors by itself; another would be lost.
    void note_masks(const Waiting& one, const std::vector<KerasTensor>& inputs) {
        const bool is_masked = std::any_of(inputs.begin(), inputs.end(), [&](const KerasTensor& x) {
            return masked_.contains(x.node()->layer->name());
        });
        for (const std::string& mask : one.call.masks)
            if (!is_masked || !operations_.contains(mask))
                fail<ValueError>(
                    "{}: {} is called with the mask {}, which no layer before it makes; a model is read with "
                    "the masks of its layers only, such as Embedding's and Masking's",
                    owner_, one.layer->name(), mask);
        const bool may_make = one.layer->makes_mask() || dynamic_cast<const Model*>(one.layer.get());
        if (may_make || (is_masked && one.layer->supports_masking())) masked_.insert(one.layer->name());
    }

    std::string owner_;
    std::map<std::string, std::vector<std::vector<KerasTensor>>> results_;  ///< by layer and call
    std::map<std::string, std::string> operations_;                         ///< class by name
    std::set<std::string> masked_;  ///< layers whose outputs may have a mask
    std::vector<Waiting> waiting_;
    std::map<std::string, size_t> first_call_;
};

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
    for (const auto& [key, tensors] :
         {std::pair("input_layers", graph_->inputs()), std::pair("output_layers", graph_->outputs())}) {
        Config::List list;
        for (const KerasTensor& x : tensors) list.push_back(history_of(*graph_, x));
        config.set(key, list.size() == 1 ? list.front() : Config(std::move(list)));
    }
    return config;
}

std::shared_ptr<Layer> Model::from_config(const Config& config) {
    LayerOptions options;
    if (const Config* name = config.find("name"); name && !name->is_null()) options.name = name->as_string();
    if (const Config* trainable = config.find("trainable"); trainable && !trainable->is_null())
        options.trainable = trainable->as_bool();
    Rebuilding rebuilding(options.name.empty() ? "Functional" : options.name);
    for (const Config& node : config["layers"].as_list()) rebuilding.add(node);
    rebuilding.call_all();
    const bool trainable = options.trainable;
    options.trainable = true;  // the layers have their own flags
    auto model = std::make_shared<Model>(rebuilding.find_all(config["input_layers"]),
                                         rebuilding.find_all(config["output_layers"]), std::move(options));
    if (!trainable) model->trainable = false;
    return model;
}

}  // namespace keratin
