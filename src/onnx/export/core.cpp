#include "onnx/export/layers.hpp"

#include <keratin/layers/time_distributed.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::onnx {
namespace {

std::vector<Value> identity(LayerCall& call) {
    return {call.graph.cast(call.x(), call.layer.compute_output_dtype({call.x().dtype}))};
}

std::vector<Value> dense(LayerCall& call) {
    GraphWriter& graph = call.graph;
    Value y = graph.natural(call.x());
    const Tensor bias = call.weight("bias");
    const std::string kernel = graph.weight(call.weight("kernel"), "kernel");
    if (y.rank() == 2 && bias.defined()) {
        y.name = graph.node("Gemm", {y.name, kernel, graph.weight(bias, "bias")});
    } else {
        y = graph.binary("MatMul", y, kernel);
        if (bias.defined()) y = graph.binary("Add", y, graph.weight(bias, "bias"));
    }
    y.shape = call.shapes.front();
    return {activated(graph, y, call.word("activation"))};
}

std::vector<Value> einsum_dense(LayerCall& call) {
    GraphWriter& graph = call.graph;
    Value y = graph.natural(call.x());
    y.name = graph.node("Einsum", {y.name, graph.weight(call.weight("kernel"), "kernel")},
                        {{"equation", call.word("equation")}});
    y.shape = call.shapes.front();
    // Its shape, built by the layer, broadcasts from the last axis.
    if (const Tensor bias = call.weight("bias"); bias.defined())
        y = graph.binary("Add", y, graph.weight(bias, "bias"));
    return {activated(graph, y, call.word("activation"))};
}

std::vector<Value> embedding(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Value x = graph.natural(call.x());
    Value y = graph.cast(x, int64);
    if (call.flag("mask_zero")) {
        const Value number = is_floating(x.dtype) ? x : y;
        const std::string zero = graph.weight(zeros({}, number.dtype), "zero");
        y.mask = {graph.node("Not", {graph.node("Equal", {number.name, zero})}), x.rank()};
    }
    y.name = graph.node("Gather", {graph.weight(call.weight("embeddings"), "embeddings"), y.name});
    y.dtype = float32;
    return {y};
}

/// Positions whose features all are mask_value become zeros.
std::vector<Value> masking(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Value x = graph.natural(call.x());
    const std::string same = graph.node("Equal", {x.name, graph.number(call.number("mask_value"))});
    Value other = x;
    other.name = graph.node("Not", {same});
    other.dtype = bool_;
    Value counts = graph.cast(other, float32);
    counts.name = reduced(graph, "ReduceMax", counts, {x.rank() - 1}, true);
    counts.dtype = float32;
    counts = graph.cast(counts, bool_);
    Value y = x;
    y.name = graph.node("Where", {counts.name, x.name, graph.number(0)});
    y.mask = {graph.node("Squeeze", {counts.name, graph.ints({-1})}), x.rank() - 1};
    return {y};
}

std::vector<Value> time_distributed(LayerCall& call) {
    const Value x = call.graph.natural(call.x());
    const Shape step = Shape{Shape::unknown} + x.shape.slice(2, x.rank());
    for (int axis = 1; axis < x.rank(); ++axis)
        if (x.shape[axis] == Shape::unknown)
            call.refuse(fmt::format("its input has shape {}, of which more than the batch is open", x.shape));
    const auto& wrapper = dynamic_cast<const layers::TimeDistributed&>(call.layer);
    Value steps = reshaped(call, x, step);
    steps.mask = {};
    const Value y = write_layer(call.graph, *wrapper.layer, {}, {steps}).front();
    return {reshaped(call, y, call.shapes.front())};
}

}  // namespace

void add_core(LayerWriters& writers) {
    for (const char* name :
         {"InputLayer", "Identity", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "AlphaDropout",
          "GaussianDropout", "GaussianNoise", "ActivityRegularization", "RandomBrightness", "RandomContrast",
          "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"})
        writers[name] = identity;
    writers["Dense"] = dense;
    writers["EinsumDense"] = einsum_dense;
    writers["Embedding"] = embedding;
    writers["Masking"] = masking;
    writers["TimeDistributed"] = time_distributed;
}

}  // namespace keratin::onnx
