#include "models/call_config.hpp"

#include "core/config_json.hpp"
#include "core/sorted_members.hpp"
#include "layers/operations/plan.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/attention.hpp>
#include <keratin/layers/batch_normalization.hpp>
#include <keratin/layers/bidirectional.hpp>
#include <keratin/layers/global_average_pooling1d.hpp>
#include <keratin/layers/multi_head_attention.hpp>
#include <keratin/layers/rnn.hpp>
#include <keratin/layers/softmax.hpp>
#include <keratin/layers/time_distributed.hpp>
#include <keratin/models/model.hpp>
#include <keratin/models/sequential.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace keratin {
namespace {

using Names = std::vector<std::string_view>;
using Origins = std::vector<Config::List>;

constexpr size_t most_flags = 16;  ///< more than any layer takes
/// What the first argument is called in one layer or another, a class of one's own among them.
constexpr std::array<std::string_view, 6> first_names = {"inputs", "sequences", "sequence",
                                                         "query",  "x",         "data"};

bool is_first_name(std::string_view name) {
    return std::find(first_names.begin(), first_names.end(), name) != first_names.end();
}

bool is_mask_name(std::string_view name) {
    return name == "mask" || (name.ends_with("_mask") && name != "attention_mask");
}

/// True for models whose call() is Keras's own.
bool is_model(const Layer& layer) {
    const auto* model = dynamic_cast<const Model*>(&layer);
    return model && (model->is_functional() || dynamic_cast<const Sequential*>(model));
}

/// The arguments of Keras's call() by position; of a class that is not known here, the first.
Names arguments_of(const Layer& layer) {
    if (dynamic_cast<const layers::MultiHeadAttention*>(&layer))
        return {"query",
                "value",
                "key",
                "query_mask",
                "value_mask",
                "key_mask",
                "attention_mask",
                "return_attention_scores",
                "training",
                "use_causal_mask"};
    if (dynamic_cast<const layers::RNN*>(&layer) || dynamic_cast<const layers::Bidirectional*>(&layer))
        return {"sequences", "initial_state", "mask", "training"};
    if (dynamic_cast<const layers::Attention*>(&layer))
        return {"inputs", "mask", "training", "return_attention_scores", "use_causal_mask"};
    if (dynamic_cast<const layers::Softmax*>(&layer) ||
        dynamic_cast<const layers::GlobalAveragePooling1D*>(&layer))
        return {"inputs", "mask"};
    if (dynamic_cast<const layers::BatchNormalization*>(&layer) ||
        dynamic_cast<const layers::TimeDistributed*>(&layer) || is_model(layer))
        return {"inputs", "training", "mask"};
    return {"inputs"};
}

/// Where what stands for a tensor comes from; null for what does not. Keras 2 writes [layer, call, output].
const Config::List* origin_of(const Config& value) {
    if (operations::is_tensor(value)) return &value["config"]["keras_history"].as_list();
    if (!value.is_list() || value.as_list().size() != 3) return nullptr;
    const Config::List& items = value.as_list();
    return items[0].is_string() && items[1].is_integer() && items[2].is_integer() ? &items : nullptr;
}

/// The call of one layer, argument by argument.
class Reading {
public:
    explicit Reading(const Layer& layer) : layer_(layer), names_(arguments_of(layer)) {}

    /// Arguments by position; a layer that is not known here may take several tensors so.
    void read_args(const Config::List& args) {
        for (size_t i = 0; i < args.size(); ++i)
            if (i < names_.size())
                read(std::string(names_[i]), args[i]);
            else if (names_.size() == 1)
                collect(std::string(names_[0]), args[i], tensors_["inputs"]);
            else
                refuse(fmt::format("{} arguments", args.size()), fmt::format("there are {}", names_.size()));
    }
    void read_kwargs(const Config& kwargs) {
        for (const auto& [key, value] : kwargs.members()) read(key, value);
    }
    /// What Keras 2 writes: the first argument, which may be a list.
    void read_history(Config::List history) { tensors_["inputs"].push_back(std::move(history)); }

    ConfiguredCall finish() {
        call_.inputs = std::move(tensors_["inputs"]);
        if (dynamic_cast<const layers::MultiHeadAttention*>(&layer_)) place_attention();
        for (const auto& [name, mask] : masks_) read_mask(name, *mask);
        Origins& states = tensors_["initial_state"];
        if (!states.empty() && !call_.masks.empty())
            refuse("mask and initial_state", "keratin's files have a mask of its input only without states");
        for (Config::List& state : states) call_.inputs.push_back(std::move(state));
        return std::move(call_);
    }

private:
    void read(const std::string& name, const Config& value) {
        if (value.is_null() || is_empty(value)) return;
        const bool known = std::find(names_.begin(), names_.end(), name) != names_.end();
        if (name == names_[0] || (is_first_name(name) && !known && tensors_["inputs"].empty()))
            collect(name, value, tensors_["inputs"]);
        else if (known &&
                 (name == "value" || name == "key" || name == "attention_mask" || name == "initial_state"))
            collect(name, value, tensors_[name]);
        else if (is_mask_name(name) && !value.is_bool())
            masks_.emplace_back(name, &value);
        else
            read_flag(name, value);
    }
    /// All tensors in it, however they are nested.
    void collect(const std::string& name, const Config& value, Origins& into) const {
        std::vector<const Config*> parts;
        flatten(value, parts);
        for (const Config* part : parts)
            if (const Config::List* origin = origin_of(*part))
                into.push_back(*origin);
            else if (!part->is_null() || name != names_[0])
                refuse(fmt::format("{} = {}", name, short_json(*part)), "which is not a tensor");
    }
    void read_flag(const std::string& name, const Config& value) {
        Config& flags = call_.options.arguments;
        if (!value.is_bool())
            refuse(fmt::format("{} = {}", name, short_json(value)), "which keratin does not know");
        if (name == "training")
            call_.options.training = value.as_bool();
        else if (flags.is_null() || flags.members().size() < most_flags)
            flags.set(name, value);
        else
            refuse(fmt::format("{} = {}", name, value.to_json()), "which keratin does not know");
    }
    /// Query, value, key and the mask of pairs: each in its place, for the last come only behind the others.
    void place_attention() {
        Origins &value = tensors_["value"], &key = tensors_["key"], &mask = tensors_["attention_mask"];
        if (call_.inputs.size() != 1 || value.size() != 1 || key.size() > 1 || mask.size() > 1)
            refuse(fmt::format("{} queries, {} values, {} keys and {} attention_masks", call_.inputs.size(),
                               value.size(), key.size(), mask.size()),
                   "it takes one query and one value, one key or none, one attention_mask or none");
        if (key.empty() && !mask.empty()) key = value;
        for (Origins* one : {&value, &key, &mask})
            call_.inputs.insert(call_.inputs.end(), one->begin(), one->end());
    }
    void read_mask(const std::string& name, const Config& value) {
        std::vector<const Config*> masks;
        flatten(value, masks);
        for (size_t i = 0; i < masks.size(); ++i) {
            if (masks[i]->is_null()) continue;
            const Config::List* origin = origin_of(*masks[i]);
            if (!origin || i >= call_.inputs.size())
                refuse(fmt::format("{} = {}", name, short_json(value)), "which is no mask of its inputs");
            const auto argument = std::find(names_.begin(), names_.end(), name.substr(0, name.rfind('_')));
            std::optional<size_t> input;
            if (name == "mask")
                input = i;
            else if (argument != names_.end())
                input = std::min(static_cast<size_t>(argument - names_.begin()), call_.inputs.size() - 1);
            call_.masks.push_back({name, input, *origin});
        }
    }
    static void flatten(const Config& value, std::vector<const Config*>& into) {
        if (value.is_list() && !origin_of(value))
            for (const Config& item : value.as_list()) flatten(item, into);
        else if (value.is_object() && !value.find("class_name"))
            for (const auto* member : sorted_members(value)) flatten(member->second, into);
        else
            into.push_back(&value);
    }
    static bool is_empty(const Config& value) {
        return (value.is_list() && value.as_list().empty()) || (value.is_object() && value.members().empty());
    }
    [[noreturn]] void refuse(const std::string& what, const std::string& why) const {
        fail<ValueError>("{} is called with {}; {}", layer_.name(), what, why);
    }

    const Layer& layer_;
    Names names_;
    std::map<std::string, Origins, std::less<>> tensors_;  ///< by argument; the first is "inputs"
    std::vector<std::pair<std::string, const Config*>> masks_;
    ConfiguredCall call_;
};

/// What a layer's call(x, training=..) has by default in Keras, which writes it as if it had been given.
std::optional<bool> default_training(const Layer& layer) {
    if (dynamic_cast<const layers::BatchNormalization*>(&layer) || dynamic_cast<const Model*>(&layer))
        return std::nullopt;
    return layer.class_name().starts_with("Random");
}

}  // namespace

ConfiguredCall read_call(const Config& node, const Layer& called) {
    Reading reading(called);
    if (node.is_list()) {
        for (const Config& input : node.as_list()) {
            Config::List history = input.as_list();
            if (history.size() == 4) {
                reading.read_kwargs(history.back());
                history.pop_back();
            }
            reading.read_history(std::move(history));
        }
        return reading.finish();
    }
    reading.read_args(node["args"].as_list());
    if (const Config* kwargs = node.find("kwargs")) reading.read_kwargs(*kwargs);
    ConfiguredCall call = reading.finish();
    if (call.options.training == default_training(called)) call.options.training.reset();
    return call;
}

}  // namespace keratin
