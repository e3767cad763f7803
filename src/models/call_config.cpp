#include "models/call_config.hpp"

#include "layers/operations/plan.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/batch_normalization.hpp>
#include <keratin/models/model.hpp>

#include <optional>

namespace keratin {
namespace {

void collect_tensors(const Config& args, ConfiguredCall& call) {
    if (args.is_list()) {
        for (const Config& item : args.as_list()) collect_tensors(item, call);
    } else if (operations::is_tensor(args)) {
        call.inputs.push_back(args["config"]["keras_history"].as_list());
    } else if (!args.is_null()) {
        fail<ValueError>("a layer is called with {}, which is not a tensor", args.to_json());
    }
}

constexpr size_t most_flags = 16;  ///< more than any layer takes

/// Arguments by name: tensors are inputs like the others, in this order; flags stay arguments.
void read_kwargs(const Config& kwargs, const std::string& layer, ConfiguredCall& call) {
    for (const char* tensors : {"value", "key", "attention_mask", "initial_state"})
        if (const Config* value = kwargs.find(tensors)) collect_tensors(*value, call);
    for (const auto& [key, value] : kwargs.members()) {
        const bool is_mask = key == "mask" || (key.ends_with("_mask") && key != "attention_mask");
        if (is_mask && operations::is_tensor(value)) {
            const Config::List& history = value["config"]["keras_history"].as_list();
            call.masks.push_back(history.empty() ? "" : history.front().as_string());
        }
        if (value.is_null() || value.is_list() || value.is_object()) continue;
        if (key == "training")
            call.options.training = value.as_bool();
        else if (value.is_bool() && call.options.arguments.is_null())
            call.options.arguments = Config::object({{key, value}});
        else if (value.is_bool() && call.options.arguments.members().size() < most_flags)
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

}  // namespace

ConfiguredCall read_call(const Config& node, const Layer& called) {
    const std::string& layer = called.name();
    ConfiguredCall call;
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

}  // namespace keratin
