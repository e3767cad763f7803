#include "layers/node.hpp"
#include "layers/operations/plan.hpp"
#include "models/call_config.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/model.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

/// Functional models of what Keras writes: the layers are called again.
namespace keratin {
namespace {

/// Where a tensor comes from: [layer, call, output].
using Origin = Config::List;

/// The origins in a list, or the one that it is.
Config::List origins_in(const Config& list) {
    const Config::List& items = list.as_list();
    const bool is_one = !items.empty() && items.front().is_string();
    return is_one ? Config::List{list} : items;
}

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
            return;
        }
        refuse_python(node);
        const std::shared_ptr<Layer> layer = layer_from_config(node);
        const std::string name = layer->name();
        const auto [entry, is_new] = results_.try_emplace(name);
        std::vector<std::vector<KerasTensor>>& calls = entry->second;
        if (!is_new) fail<ValueError>("{}: two layers are called \"{}\"", owner_, name);
        if (const auto input = std::dynamic_pointer_cast<layers::InputLayer>(layer)) {
            calls.push_back({detail::input_of(input)});
            return;
        }
        if (const Config* inbound = node.find("inbound_nodes"))
            for (const Config& call : inbound->as_list())
                waiting_.push_back({layer, read_call(call, *layer)});
    }
    /// `outputs`: the tensors of the model, as its config names them.
    void call_all(const Config& outputs) {
        add_operations(outputs);
        count_from_zero();
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
    /// Nothing as long as it has not been called.
    std::optional<KerasTensor> find(const Origin& origin) const {
        if (origin.size() < 3 || !origin[0].is_string() || !origin[1].is_integer() || !origin[2].is_integer())
            fail<ValueError>("{}: [layer, call, output] was expected, found {}", owner_,
                             Config(origin).to_json());
        const auto found = results_.find(origin[0].as_string());
        if (found == results_.end())
            fail<ValueError>("{}: no layer is called \"{}\"", owner_, origin[0].as_string());
        const size_t call = call_in(origin);
        const auto output = static_cast<size_t>(origin[2].as_integer());
        if (call >= found->second.size()) return std::nullopt;
        if (output >= found->second[call].size())
            fail<ValueError>("{}: {} has no output {}", owner_, found->first, output);
        return found->second[call][output];
    }
    std::vector<KerasTensor> find_all(const Config& list) const {
        std::vector<KerasTensor> tensors;
        for (const Config& origin : origins_in(list)) {
            const auto x = find(origin.as_list());
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
    void add_operations(const Config& outputs) {
        std::vector<std::string> wanted;
        if (outputs.is_list())
            for (const Config& origin : origins_in(outputs))
                if (origin.is_list()) add_layer_of(origin.as_list(), wanted);
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
    /// Older versions of Keras count a model's own graph as its first call.
    void count_from_zero() {
        std::map<std::string, size_t> lowest;
        for (const Waiting& one : waiting_)
            for (const Origin& origin : one.call.inputs) {
                if (origin.size() < 2 || !origin[0].is_string() || !origin[1].is_integer()) continue;
                const auto call = static_cast<size_t>(origin[1].as_integer());
                const auto [least, is_new] = lowest.emplace(origin[0].as_string(), call);
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
    /// Nothing, or the call that must come before it: the layer and which of its results.
    std::optional<std::pair<std::string, size_t>> try_call(const Waiting& one) {
        std::vector<KerasTensor> inputs;
        for (const Origin& origin : one.call.inputs) {
            const auto x = find(origin);
            if (!x) return std::pair(origin[0].as_string(), call_in(origin));
            inputs.push_back(*x);
        }
        note_masks(one, inputs);
        results_[one.layer->name()].push_back(one.layer->apply(inputs, one.call.options));
        return std::nullopt;
    }
    const Waiting& first_left() const {
        std::map<std::string, size_t> calls;
        return *std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
            return ++calls[one.layer->name()] > results_.at(one.layer->name()).size();
        });
    }
    size_t call_in(const Origin& origin) const {
        return static_cast<size_t>(origin[1].as_integer()) - first_call(origin[0].as_string());
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
    std::map<std::string, const Config*> operations_;                       ///< nodes by name
    std::set<std::string> masked_;  ///< layers whose outputs may have a mask
    std::vector<Waiting> waiting_;
    std::map<std::string, size_t> first_call_;
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
    return model;
}

}  // namespace keratin
