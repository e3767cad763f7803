#include "core/config_json.hpp"
#include "layers/layer_state.hpp"
#include "layers/node.hpp"
#include "layers/operations/plan.hpp"
#include "layers/shared_objects.hpp"
#include "models/call_config.hpp"
#include "models/call_masks.hpp"
#include "models/graph.hpp"
#include "models/structure_config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/model.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

/// Functional models of what Keras writes: the layers are called again.
namespace keratin {
namespace {

/// Where a tensor comes from: [layer, call, output].
using Origin = Config::List;

void add_layer_of(const Origin& origin, std::vector<std::string>& names) {
    if (!origin.empty() && origin.front().is_string()) names.push_back(origin.front().as_string());
}

/// Calls the layers of a config again, each as soon as its inputs are there.
class Rebuilding {
public:
    explicit Rebuilding(std::string owner) : owner_(std::move(owner)) {}

    void add(const Config& node) {
        if (operations::is_operation(node)) {
            const std::string& name = node["name"].as_string();
            if (!operations_.emplace(name, &node).second)
                fail<ValueError>("{}: two operations are called \"{}\"", owner_, name);
            detail::SharedObjects::count_calls(node);
            return;
        }
        refuse_python(node);
        const std::shared_ptr<Layer> layer = named_layer(node);
        const std::string name = layer->name();
        const auto [entry, is_new] = results_.try_emplace(name);
        std::vector<std::vector<KerasTensor>>& calls = entry->second;
        if (!is_new) fail<ValueError>("{}: two layers are called \"{}\"", owner_, name);
        if (const auto input = std::dynamic_pointer_cast<layers::InputLayer>(layer)) {
            calls.push_back({detail::input_of(input)});
            return;
        }
        if (const Config* inbound = node.find("inbound_nodes"))
            for (const Config& call : inbound->as_list()) {
                waiting_.push_back({layer, read_call(call, *layer)});
                of_keras_2_ |= call.is_list();
            }
    }
    /// `outputs`: the tensors of the model, as its config names them.
    void call_all(const Config& outputs) {
        const std::vector<Config> ends = ends_in(outputs);
        add_operations(ends);
        count_from_zero(ends);
        std::deque<size_t> ready;  // the first call of each layer
        for (size_t i = 0; i < waiting_.size(); ++i)
            if (i == 0 || waiting_[i].layer != waiting_[i - 1].layer) ready.push_back(i);
        std::map<std::pair<std::string, size_t>, std::vector<size_t>> blocked;  // by the call that they need
        size_t done = 0;
        while (!ready.empty()) {
            size_t i = ready.front();
            ready.pop_front();
            const std::shared_ptr<Layer> layer = waiting_[i].layer;
            for (; i < waiting_.size() && waiting_[i].layer == layer; ++i, ++done) {
                if (const auto missing = try_call(waiting_[i])) {
                    blocked[*missing].push_back(i);
                    break;
                }
                const auto unblocked = blocked.find({layer->name(), results_[layer->name()].size() - 1});
                if (unblocked != blocked.end())
                    ready.insert(ready.end(), unblocked->second.begin(), unblocked->second.end());
            }
        }
        if (done < waiting_.size())
            fail<ValueError>("{}: the inputs of {} come from no other layer; the config is damaged", owner_,
                             first_left().layer->name());
    }
    /// Nothing as long as it has not been called. `is_end`: the lists of inputs and outputs name it.
    std::optional<KerasTensor> find(const Origin& origin, bool is_end = false) const {
        if (origin.size() < 3 || !origin[0].is_string() || !origin[1].is_integer() || !origin[2].is_integer())
            fail<ValueError>("{}: [layer, call, output] was expected, found {}", owner_,
                             Config(origin).to_json());
        const auto found = results_.find(origin[0].as_string());
        if (found == results_.end())
            fail<ValueError>("{}: no layer is called \"{}\"", owner_, origin[0].as_string());
        const size_t call = call_in(origin, is_end);
        const auto output = static_cast<size_t>(origin[2].as_integer());
        if (call >= found->second.size()) return std::nullopt;
        if (output >= found->second[call].size())
            fail<ValueError>("{}: {} has no output {}", owner_, found->first, output);
        return found->second[call][output];
    }
    std::vector<KerasTensor> find_all(const Config& structure) const {
        std::vector<KerasTensor> tensors;
        for (const Config& origin : ends_in(structure)) {
            const auto x = find(origin.as_list(), true);
            if (!x) fail<ValueError>("{}: {} is made by no call", owner_, origin.to_json());
            tensors.push_back(*x);
        }
        return tensors;
    }

private:
    struct Waiting {
        std::shared_ptr<Layer> layer;
        ConfiguredCall call;
    };
    /// The number that a layer's first call has: where others take it, and in the lists of inputs and
    /// outputs.
    struct FirstCall {
        size_t as_input = 0, as_end = 0;
    };
    std::vector<Config> ends_in(const Config& structure) const {
        try {
            return origins_in(structure);
        } catch (const ValueError& error) {
            fail<ValueError>("{}: {}", owner_, error.what());
        }
    }
    /// Others know a layer by its node's name, which a config of the user's need not repeat.
    std::shared_ptr<Layer> named_layer(const Config& node) const {
        std::shared_ptr<Layer> layer = layer_from_config(node);
        const Config* name = node.find("name");
        if (!name || !name->is_string() || name->as_string().empty()) return layer;
        detail::LayerState::of(*layer)->name_if_unnamed(name->as_string());
        if (layer->name() != name->as_string())
            fail<ValueError>(
                "{}: the layer \"{}\" calls itself \"{}\"; let the factory of {} take its name from the "
                "config, by base_options(config), or give it none",
                owner_, name->as_string(), layer->name(), layer->class_name());
        return layer;
    }
    /// What Keras 2 made of functions of TensorFlow names them as Python does.
    void refuse_python(const Config& node) const {
        const Config* class_name = node.find("class_name");
        if (!class_name || (*class_name != Config("TFOpLambda") && *class_name != Config("SlicingOpLambda")))
            return;
        const Config* function = node["config"].find("function");
        fail<ValueError>(
            "{}: a layer is a {} of Keras 2 and calls {}, a function of Python; make the model of keras.ops "
            "in Keras 3 and save that",
            owner_, class_name->as_string(), function ? function->to_json() : "none");
    }
    /// The operations that outputs or layers need, but as masks: those the layers hand on by themselves.
    void add_operations(const std::vector<Config>& ends) {
        std::vector<std::string> wanted;
        for (const Config& origin : ends) add_layer_of(origin.as_list(), wanted);
        for (const Waiting& one : waiting_)
            for (const Origin& origin : one.call.inputs) add_layer_of(origin, wanted);
        while (!wanted.empty()) {
            const auto found = operations_.find(wanted.back());
            wanted.pop_back();
            if (found == operations_.end() || results_.contains(found->first)) continue;
            for (const Origin& origin : add_operation(*found->second)) add_layer_of(origin, wanted);
        }
    }
    /// Adds its calls; returns where their inputs come from.
    std::vector<Origin> add_operation(const Config& node) {
        const std::string& name = node["name"].as_string();
        const std::shared_ptr<layers::Operation> operation = operations::operation_of(node);
        if (operation->name() != name)
            fail<ValueError>("{}: the operation {} is called {} in its config", owner_, name,
                             operation->name());
        results_[name];
        std::vector<Origin> origins;
        const operations::Function& function = operations::function_of(operation->function(), name);
        const Config::List& calls = node["inbound_nodes"].as_list();
        for (size_t i = 0; i < calls.size(); ++i) {
            const operations::BoundCall bound = i == 0 ? operations::bind_call(function, calls[i], name)
                                                       : operations::bind_again(*operation, calls[i]);
            ConfiguredCall made;
            for (const Config& x : bound.tensors) {
                made.inputs.push_back(x["config"]["keras_history"].as_list());
                origins.push_back(made.inputs.back());
            }
            waiting_.push_back({operation, std::move(made)});
        }
        return origins;
    }
    /// Keras 2 counts a model's own graph as its first call, Keras 3 does so for functional models in the
    /// lists of inputs and outputs, and some of its versions elsewhere as well. The first call of all is
    /// somewhere.
    void count_from_zero(const std::vector<Config>& ends) {
        std::map<std::string, size_t> lowest_input, lowest_end;
        for (const Waiting& one : waiting_)
            for (const Origin& origin : one.call.inputs) note_call(origin, lowest_input);
        for (const Config& origin : ends) note_call(origin.as_list(), lowest_end);
        const auto lowest = [](const auto& calls, const std::string& name) {
            const auto found = calls.find(name);
            return found == calls.end() ? SIZE_MAX : found->second;
        };
        for (const Waiting& one : waiting_) {
            const auto* model = dynamic_cast<const Model*>(one.layer.get());
            if (!model || !(of_keras_2_ || model->is_functional())) continue;
            const size_t end = lowest(lowest_end, model->name());
            FirstCall first;
            if (!of_keras_2_) first.as_end = std::min<size_t>(end, 1);
            first.as_input = std::min<size_t>({1, lowest(lowest_input, model->name()), end - first.as_end});
            if (of_keras_2_) first.as_end = first.as_input;
            first_calls_[model->name()] = first;
        }
    }
    static void note_call(const Origin& origin, std::map<std::string, size_t>& lowest) {
        if (origin.size() < 2 || !origin[0].is_string() || !origin[1].is_integer()) return;
        const auto call = static_cast<size_t>(origin[1].as_integer());
        const auto [least, is_new] = lowest.emplace(origin[0].as_string(), call);
        if (!is_new) least->second = std::min(least->second, call);
    }
    /// Nothing, or the call that must come before it: the layer and which of its results.
    std::optional<std::pair<std::string, size_t>> try_call(const Waiting& one) {
        std::vector<KerasTensor> inputs;
        for (const Origin& origin : one.call.inputs) {
            const auto x = find(origin);
            if (!x) return std::pair(origin[0].as_string(), call_in(origin));
            inputs.push_back(*x);
        }
        check_masks(one, inputs);
        std::vector<KerasTensor> results = one.layer->apply(inputs, one.call.options);
        detail::SharedObjects::count_results(*one.layer, results.size());
        masks_.note(*results.front().node());
        results_[one.layer->name()].push_back(std::move(results));
        return std::nullopt;
    }
    const Waiting& first_left() const {
        std::map<std::string, size_t> calls;
        return *std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
            return ++calls[one.layer->name()] > results_.at(one.layer->name()).size();
        });
    }
    size_t call_in(const Origin& origin, bool is_end = false) const {
        const auto call = static_cast<size_t>(origin[1].as_integer());
        const auto first = first_calls_.find(origin[0].as_string());
        if (first == first_calls_.end()) return call;
        return call - (is_end ? first->second.as_end : first->second.as_input);
    }

    /// A mask that Keras made of a layer's goes with the tensors by itself; another would be lost.
    void check_masks(const Waiting& one, const std::vector<KerasTensor>& inputs) {
        for (const auto& [argument, input, origin] : one.call.masks) {
            const bool is_own =
                input ? masks_.carries(inputs[*input], origin)
                      : std::any_of(inputs.begin(), inputs.end(), [&, &mask = origin](const KerasTensor& x) {
                            return masks_.carries(x, mask);
                        });
            if (!is_own)
                fail<ValueError>(
                    "{}: {} is called with {} = {}, which is not the mask that its input has; a model is "
                    "read with the masks of its layers only, such as Embedding's and Masking's",
                    owner_, one.layer->name(), argument, short_json(origin));
        }
    }

    std::string owner_;
    std::map<std::string, std::vector<std::vector<KerasTensor>>> results_;  ///< by layer and call
    CallMasks::Operations operations_;
    CallMasks masks_{operations_, [this](const Origin& origin) {
                         return results_.contains(origin[0].as_string()) ? find(origin) : std::nullopt;
                     }};
    std::vector<Waiting> waiting_;
    std::map<std::string, FirstCall> first_calls_;  ///< where it is not 0
    bool of_keras_2_ = false;
};

}  // namespace

std::shared_ptr<Layer> Model::from_config(const Config& config) {
    LayerOptions options;
    if (const Config* name = config.find("name"); name && !name->is_null()) options.name = name->as_string();
    if (const Config* trainable = config.find("trainable"); trainable && !trainable->is_null())
        options.trainable = trainable->as_bool();
    Rebuilding rebuilding(options.name.empty() ? "Functional" : options.name);
    for (const Config& node : config["layers"].as_list()) rebuilding.add(node);
    rebuilding.call_all(config["output_layers"]);
    const bool trainable = options.trainable;
    options.trainable = true;  // the layers have their own flags
    auto model = std::make_shared<Model>(rebuilding.find_all(config["input_layers"]),
                                         rebuilding.find_all(config["output_layers"]), std::move(options));
    if (!trainable) model->trainable = false;
    if (std::vector<std::string> names = dict_names_in(config["output_layers"]); !names.empty()) {
        const auto graph = std::make_shared<Graph>(*model->graph_);
        graph->name_outputs(std::move(names));
        model->graph_ = graph;
    }
    return model;
}

}  // namespace keratin
