#include "onnx/export/layers.hpp"

#include <keratin/ops/shaping.hpp>

#include <cmath>

namespace keratin::onnx {
namespace {

/// Where a query may look: at its own place and before, as (queries, keys).
std::string causal_mask(LayerCall& call, int64_t queries, int64_t keys) {
    if (queries == Shape::unknown || keys == Shape::unknown)
        call.refuse("with use_causal_mask the numbers of queries and keys must be known");
    std::vector<bool> allowed;
    for (int64_t q = 0; q < queries; ++q)
        for (int64_t k = 0; k < keys; ++k) allowed.push_back(k <= q);
    return call.graph.weight(Tensor::from(allowed, {queries, keys}), "causal_mask");
}

/// x (batch, time, features) to heads: (batch, heads, time, dim).
Value to_heads(LayerCall& call, const Value& x, const std::string& which) {
    GraphWriter& graph = call.graph;
    const Tensor kernel = call.weight(which + "/kernel");  // (features, heads, dim)
    const int64_t heads = kernel.shape()[1], dim = kernel.shape()[2];
    Value y = graph.natural(x);
    const Tensor flat = reshape(kernel, {kernel.shape()[0], heads * dim});
    y.name = graph.node("MatMul", {y.name, graph.weight(flat, which + "_kernel")});
    if (const Tensor bias = call.weight(which + "/bias"); bias.defined())
        y.name = graph.node("Add", {y.name, graph.weight(reshape(bias, {heads * dim}), which + "_bias")});
    y.name = graph.node("Reshape", {y.name, graph.ints({0, 0, heads, dim})});
    y.name = graph.node("Transpose", {y.name}, {{"perm", Ints{0, 2, 1, 3}}});
    y.shape = {x.shape[0], heads, x.shape[1], dim};
    return y;
}

/// What the mask leaves out gets a score of almost nothing.
std::string masked_scores(LayerCall& call, const std::string& scores, const std::string& mask) {
    return mask.empty() ? scores : call.graph.node("Where", {mask, scores, call.graph.number(-1e9)});
}

std::vector<Value> multi_head_attention(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Value &query = call.inputs[0], &value = call.inputs[1],
                &key = call.inputs.size() > 2 ? call.inputs[2] : value;
    if (query.rank() != 3) call.refuse("it attends over several axes");
    const Value q = to_heads(call, query, "query"), k = to_heads(call, key, "key"),
                v = to_heads(call, value, "value");
    const std::string small =
        graph.binary("Mul", q, graph.number(1 / std::sqrt(call.number("key_dim")))).name;
    const std::string turned = graph.node("Transpose", {k.name}, {{"perm", Ints{0, 1, 3, 2}}});
    std::string mask;
    if (call.inputs.size() > 3)
        mask = graph.node("Unsqueeze", {graph.cast(call.inputs[3], bool_).name, graph.ints({1})});
    if (call.called_with("use_causal_mask")) {
        const std::string causal = causal_mask(call, query.shape[1], value.shape[1]);
        mask = mask.empty() ? causal : graph.node("And", {mask, causal});
    }
    const std::string scores = masked_scores(call, graph.node("MatMul", {small, turned}), mask);
    std::string weights = graph.node("Softmax", {scores}, {{"axis", int64_t{-1}}});
    const bool returned = call.called_with("return_attention_scores");
    if (!mask.empty() && (returned || call.number("dropout") > 0))
        weights = graph.node("Mul", {weights, graph.node("Cast", {mask}, {{"to", int64_t{onnx_float}}})});

    Value y = query;
    y.channels_first = false;
    y.name = graph.node("MatMul", {weights, v.name});
    y.name = graph.node("Transpose", {y.name}, {{"perm", Ints{0, 2, 1, 3}}});
    const Tensor kernel = call.weight("attention_output/kernel");  // (heads, dim, output..)
    const Shape results = kernel.shape().slice(2, kernel.rank());
    if (results.rank() != 1) call.refuse("its output_shape has several axes");
    const int64_t joined = kernel.shape()[0] * kernel.shape()[1];
    y.name = graph.node("Reshape", {y.name, graph.ints({0, 0, joined})});
    y.name =
        graph.node("MatMul", {y.name, graph.weight(reshape(kernel, {joined, results[0]}), "output_kernel")});
    if (const Tensor bias = call.weight("attention_output/bias"); bias.defined())
        y.name = graph.node("Add", {y.name, graph.weight(bias, "output_bias")});
    y.shape = query.shape.with(-1, results[0]);
    if (!returned) return {y};
    Value returned_scores = y;
    returned_scores.name = weights;
    returned_scores.shape = {query.shape[0], call.integer("num_heads"), query.shape[1], value.shape[1]};
    return {y, returned_scores};
}

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
    if (call.called_with("use_causal_mask"))
        scores = masked_scores(call, scores, causal_mask(call, query.shape[1], key.shape[1]));
    Value weights = query, y = query;
    weights.name = graph.node("Softmax", {scores}, {{"axis", int64_t{-1}}});
    weights.shape = query.shape.with(-1, key.shape[1]);
    y.name = graph.node("MatMul", {weights.name, value.name});
    y.shape = query.shape.with(-1, value.shape.back());
    if (call.called_with("return_attention_scores")) return {y, weights};
    return {y};
}

}  // namespace

void add_attention(LayerWriters& writers) {
    writers["MultiHeadAttention"] = multi_head_attention;
    writers["Attention"] = writers["AdditiveAttention"] = attention;
}

}  // namespace keratin::onnx
