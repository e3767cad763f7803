#include "models/call_masks.hpp"

#include "layers/operations/plan.hpp"

#include <keratin/layers/bidirectional.hpp>
#include <keratin/layers/concatenate.hpp>
#include <keratin/layers/dot.hpp>
#include <keratin/layers/embedding.hpp>
#include <keratin/layers/global_average_pooling1d.hpp>
#include <keratin/layers/masking.hpp>
#include <keratin/layers/merging.hpp>
#include <keratin/layers/rnn.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace keratin {
namespace {

constexpr int deepest = 500;  ///< operations behind one another, of which a merge has up to four

std::string differs(size_t x, double value) {
    return fmt::format("differs {} {}", x, value);
}
std::string any(size_t x) {
    return fmt::format("any {}", x);
}
std::string either(size_t a, size_t b) {
    return fmt::format("or {} {}", a, b);
}
std::string expanded(size_t x) {
    return fmt::format("expanded {}", x);
}
std::string filled(int value, size_t like) {
    return fmt::format("filled {} {}", value, like);
}
std::string along(int64_t axis) {
    return fmt::format("along {}:", axis);
}

/// True for layers whose outputs have no mask though they know masks.
bool ends_masks(const Layer& layer) {
    if (const auto* rnn = dynamic_cast<const layers::RNN*>(&layer)) return !rnn->loop.return_sequences;
    if (const auto* both = dynamic_cast<const layers::Bidirectional*>(&layer))
        return !both->forward_layer->loop.return_sequences;
    return dynamic_cast<const layers::Dot*>(&layer) ||
           dynamic_cast<const layers::GlobalAveragePooling1D*>(&layer);
}

bool is(const Config& node, const char* argument, const Config& value) {
    const Config* given = node["config"].find(argument);
    return given && *given == value;
}

}  // namespace

CallMasks::Term CallMasks::term(const std::string& text) {
    return terms_.emplace(text, terms_.size()).first->second;
}

CallMasks::Term CallMasks::carried(const KerasTensor& x) const {
    const auto found = carried_.find(x.node().get());
    return found == carried_.end() ? Term() : found->second;
}

CallMasks::Term CallMasks::of_tensor(const KerasTensor& x) {
    return term(fmt::format("tensor {} {}", fmt::ptr(x.node().get()), x.index()));
}

void CallMasks::note(const detail::Node& call) {
    const Layer& layer = *call.layer;
    if (!layer.supports_masking() || ends_masks(layer)) return;
    Term mask;
    if (const auto* embedding = dynamic_cast<const layers::Embedding*>(&layer))
        mask = embedding->makes_mask() ? term(differs(*of_tensor(call.inputs[0]), 0)) : Term();
    else if (const auto* masking = dynamic_cast<const layers::Masking*>(&layer))
        mask = term(any(*term(differs(*of_tensor(call.inputs[0]), masking->options.mask_value))));
    else if (const auto* concatenate = dynamic_cast<const layers::Concatenate*>(&layer))
        mask = concatenated(call, concatenate->options.axis);
    else if (dynamic_cast<const layers::Merge*>(&layer))
        mask = merged(call);
    else
        mask = carried(call.inputs[0]);
    if (mask) carried_.emplace(&call, *mask);
}

CallMasks::Term CallMasks::merged(const detail::Node& call) {
    Term all;
    for (const KerasTensor& x : call.inputs) {
        const Term mask = carried(x);
        if (!mask) return {};
        all = all ? term(either(*all, *mask)) : mask;
    }
    return all;
}

CallMasks::Term CallMasks::concatenated(const detail::Node& call, int axis) {
    std::string text = along(axis);
    bool is_masked = false;
    for (const KerasTensor& x : call.inputs) {
        const Term mask = carried(x), tensor = of_tensor(x);
        is_masked |= mask.has_value();
        const Term part =
            mask ? term(either(*term(expanded(*mask)), *term(filled(0, *tensor)))) : term(filled(1, *tensor));
        text += fmt::format(" {}", *part);
    }
    return is_masked ? term(any(*term(text))) : Term();
}

bool CallMasks::carries(const KerasTensor& x, const Config::List& origin) {
    const Term mask = carried(x);
    return mask && of_origin(origin, 0) == mask;
}

CallMasks::Term CallMasks::of_origin(const Config::List& origin, int depth) {
    if (origin.size() < 3 || !origin[0].is_string() || !origin[1].is_integer() || depth > deepest) return {};
    const auto operation = operations_.find(origin[0].as_string());
    if (operation != operations_.end()) {
        // What fails is known as well: each is looked at once, however often it stands in others.
        const auto [known, is_new] = of_operations_.try_emplace({operation->first, origin[1].as_integer()});
        const Config::List& calls = (*operation->second)["inbound_nodes"].as_list();
        const auto call = static_cast<uint64_t>(origin[1].as_integer());
        if (is_new && call < calls.size())
            known->second = of_operation(*operation->second, calls[call], depth + 1);
        if (known->second) return known->second;
    }
    const std::optional<KerasTensor> x = find_(origin);
    return x ? of_tensor(*x) : Term();
}

CallMasks::Term CallMasks::of_operation(const Config& node, const Config& call, int depth) {
    const std::string function = operations::function_of_node(node);
    const Config::List* args = &call["args"].as_list();
    if (function == "numpy.Concatenate" && args->size() == 1 && args->front().is_list())
        args = &args->front().as_list();
    const Config* kwargs = call.find("kwargs");
    if (args->empty() || (kwargs && !(*kwargs == Config::object()))) return {};
    std::vector<size_t> x;
    for (const Config& arg : *args) {
        if (!operations::is_tensor(arg)) continue;
        const Term one = of_origin(arg["config"]["keras_history"].as_list(), depth);
        if (!one) return {};
        x.push_back(*one);
    }
    const bool only_tensors = x.size() == args->size();
    if (function == "numpy.NotEqual" && args->size() == 2 && x.size() == 1 && args->back().is_number())
        return term(differs(x[0], args->back().as_number()));
    if (!only_tensors) return {};
    if (function == "numpy.LogicalOr" && x.size() == 2) return term(either(x[0], x[1]));
    if (function == "numpy.Concatenate" && node["config"]["axis"].is_integer())
        return term(fmt::format("{} {}", along(node["config"]["axis"].as_integer()), fmt::join(x, " ")));
    if (x.size() != 1) return {};
    if (function == "core.ConvertToTensor") return x[0];
    if (function == "numpy.Any" && is(node, "axis", -1) && is(node, "keepdims", false))
        return term(any(x[0]));
    if (function == "numpy.ExpandDims" && is(node, "axis", -1)) return term(expanded(x[0]));
    if (function == "numpy.ZerosLike" && is(node, "dtype", "bool")) return term(filled(0, x[0]));
    if (function == "numpy.OnesLike" && is(node, "dtype", "bool")) return term(filled(1, x[0]));
    return {};
}

}  // namespace keratin
