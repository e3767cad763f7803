#include "onnx/export/masks.hpp"

namespace keratin::onnx {
namespace {

/// tanh(query + key) of each pair, (batch, queries, keys, dim).
std::string pairs(LayerCall& call, const Value& query, const Value& key, const Tensor& scale,
                  bool scaled_inside) {
    GraphWriter& graph = call.graph;
    std::string sums = graph.node("Add", {graph.node("Unsqueeze", {query.name, graph.ints({-2})}),
                                          graph.node("Unsqueeze", {key.name, graph.ints({-3})})});
    if (scaled_inside && scale.defined()) sums = graph.node("Mul", {sums, graph.weight(scale, "scale")});
    sums = graph.node("Tanh", {sums});
    if (!scaled_inside && scale.defined()) sums = graph.node("Mul", {sums, graph.weight(scale, "scale")});
    return graph.node("ReduceSum", {sums, graph.ints({-1})}, {{"keepdims", int64_t{0}}});
}

std::string scores_of(LayerCall& call, const Value& query, const Value& key) {
    GraphWriter& graph = call.graph;
    const Tensor scale = call.weight("scale");
    const bool additive = call.layer.class_name() == "AdditiveAttention";
    if (additive) return pairs(call, query, key, scale, false);
    if (call.word("score_mode") == "concat")
        return graph.node("Mul", {pairs(call, query, key, scale, true),
                                  graph.weight(call.weight("concat_score_weight"), "concat_score_weight")});
    const std::string products =
        graph.node("MatMul", {query.name, graph.node("Transpose", {key.name}, {{"perm", Ints{0, 2, 1}}})});
    return scale.defined() ? graph.node("Mul", {products, graph.weight(scale, "scale")}) : products;
}

std::vector<Value> attention(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Value query = graph.natural(call.inputs[0]), value = graph.natural(call.inputs[1]),
                key = graph.natural(call.inputs.back());
    std::string scores = scores_of(call, query, key);
    Mask mask = with_axis(graph, value.mask, 1);
    if (call.called_with("use_causal_mask"))
        mask = both(graph, mask, causal_mask(call, query.shape[1], key.shape[1]));
    if (mask)
        scores = graph.node("Where", {mask.name, scores, graph.node("Sub", {scores, graph.number(1e9)})});
    Value weights = query, y = query;
    weights.name = graph.node("Softmax", {scores}, {{"axis", int64_t{-1}}});
    weights.shape = query.shape.with(-1, key.shape[1]);
    y.name = graph.node("MatMul", {weights.name, value.name});
    if (query.mask)
        y.name = graph.node("Where", {with_axis(graph, query.mask, -1).name, y.name, graph.number(0)});
    y.shape = query.shape.with(-1, value.shape.back());
    if (call.called_with("return_attention_scores")) return {y, weights};
    return {y};
}

}  // namespace

void add_attention(LayerWriters& writers) {
    writers["Attention"] = writers["AdditiveAttention"] = attention;
}

}  // namespace keratin::onnx
