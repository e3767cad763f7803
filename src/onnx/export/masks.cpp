#include "onnx/export/masks.hpp"

#include <keratin/layers/rnn.hpp>

#include <algorithm>

namespace keratin::onnx {
namespace {

Mask joined(GraphWriter& graph, const char* op, const Mask& a, const Mask& b) {
    if (!a) return b;
    if (!b || a.name == b.name) return a;
    return {graph.node(op, {a.name, b.name}), std::max(a.rank, b.rank)};
}

/// Counts everywhere.
Mask full_mask(GraphWriter& graph, const Value& x) {
    Value any = graph.natural(x);
    any.name = reduced(graph, "ReduceMax", any, {x.rank() - 1}, false);
    const std::string some = graph.node("Cast", {any.name}, {{"to", int64_t{onnx_bool}}});
    return {graph.node("Or", {some, graph.node("Not", {some})}), x.rank() - 1};
}

/// A position counts where it does in any input; no mask unless all have one.
Mask of_merged(LayerCall& call) {
    Mask mask;
    for (const Value& x : call.inputs) {
        if (!x.mask) return {};
        mask = joined(call.graph, "Or", mask, x.mask);
    }
    return mask;
}

/// The masks one behind the other; what has none counts everywhere.
Mask of_concatenated(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Shape& shape = call.shapes.front();
    const int axis = axes_of(call, call.config["axis"], shape).front(), rank = shape.rank() - 1;
    const bool along_features = axis == rank;
    Mask any;
    std::vector<std::string> names;
    for (const Value& x : call.inputs) {
        if (!x.mask && along_features) return {};  // where one counts everywhere, so does the whole
        if (x.mask.rank > rank) call.refuse("an input has a mask of its features");
        Mask mask = x.mask;
        while (mask && mask.rank < rank) mask = with_axis(graph, mask, -1);
        if (along_features)
            any = joined(graph, "Or", any, mask);
        else
            names.push_back((x.mask.rank == rank ? mask : both(graph, mask, full_mask(graph, x))).name);
    }
    return along_features ? any : Mask{graph.node("Concat", names, {{"axis", int64_t{axis}}}), rank};
}

/// Those of all outputs, as the layer's compute_mask has them; fewer where the rest has none.
std::vector<Mask> masks_of(LayerCall& call, size_t outputs) {
    const std::string name = call.layer.class_name();
    const Mask& first = call.x().mask;
    if (name == "Dot" || name == "GlobalAveragePooling1D") return {};
    if (name == "Concatenate") return {of_concatenated(call)};
    for (const char* merge : {"Add", "Subtract", "Multiply", "Maximum", "Minimum", "Average"})
        if (name == merge) return {of_merged(call)};
    if (dynamic_cast<const layers::RNN*>(&call.layer))
        return call.flag("return_sequences") ? std::vector<Mask>{first} : std::vector<Mask>{};
    if (name == "Bidirectional") {
        if (!call.config["layer"]["config"]["return_sequences"].as_bool()) return {};
        return std::vector<Mask>(call.config["merge_mode"].is_null() ? 2 : 1, first);
    }
    const bool attends = name.ends_with("Attention");  // whose scores have none
    return std::vector<Mask>(attends ? 1 : outputs, first);
}

}  // namespace

Mask both(GraphWriter& graph, const Mask& a, const Mask& b) {
    return joined(graph, "And", a, b);
}

Mask with_axis(GraphWriter& graph, const Mask& mask, int64_t axis) {
    if (!mask) return {};
    return {graph.node("Unsqueeze", {mask.name, graph.ints({axis})}), mask.rank + 1};
}

Mask causal_mask(LayerCall& call, int64_t queries, int64_t keys) {
    if (queries == Shape::unknown || keys == Shape::unknown)
        call.refuse("with use_causal_mask the numbers of queries and keys must be known");
    std::vector<bool> allowed;
    for (int64_t q = 0; q < queries; ++q)
        for (int64_t k = 0; k < keys; ++k) allowed.push_back(k <= q);
    return {call.graph.weight(Tensor::from(allowed, {queries, keys}), "causal_mask"), 2};
}

std::string as_numbers(GraphWriter& graph, const Mask& mask) {
    return graph.node("Cast", {mask.name}, {{"to", int64_t{onnx_float}}});
}

void hand_masks_on(LayerCall& call, std::vector<Value>& outputs) {
    const auto masked = [](const Value& x) { return static_cast<bool>(x.mask); };
    const bool any = std::any_of(call.inputs.begin(), call.inputs.end(), masked);
    std::vector<Mask> masks;
    if (any && call.layer.supports_masking()) masks = masks_of(call, outputs.size());
    masks.resize(outputs.size());
    for (size_t i = 0; i < outputs.size(); ++i) {
        // What a layer has not touched is the same tensor, with its mask.
        const bool untouched = !call.inputs.empty() && outputs[i].name == call.x().name;
        outputs[i].mask = masks[i] || !untouched ? masks[i] : call.x().mask;
    }
}

}  // namespace keratin::onnx
