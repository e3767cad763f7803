#include "onnx/export/layers.hpp"

namespace keratin::onnx {
namespace {

std::string one_hot(GraphWriter& graph, const std::string& indices, int64_t depth) {
    const Tensor off_on = Tensor::from({0.F, 1.F});
    return graph.node(
        "OneHot", {indices, graph.weight(Tensor::from({depth}), "depth"), graph.weight(off_on, "off_on")});
}

/// As layers/encoding.cpp, of int64 indices. OneHot takes negative indices from the end, so none may be.
Value encoded(LayerCall& call, const Value& x, const std::string& mode, int64_t depth) {
    GraphWriter& graph = call.graph;
    Value y = x;
    if (mode == "int") return y;
    if (mode == "one_hot" && x.rank() > 1 && x.shape.back() == 1)
        y.name = graph.node("Squeeze", {y.name, graph.ints({-1})});
    // What is outside gives zeros in keratin: its place is one behind the last, which goes again.
    const std::string inside = graph.node("And", {graph.node("GreaterOrEqual", {y.name, graph.ints({0})}),
                                                  graph.node("Less", {y.name, graph.ints({depth})})});
    y.name = one_hot(graph, graph.node("Where", {inside, y.name, graph.ints({depth})}), depth + 1);
    y.name = graph.node("Slice", {y.name, graph.ints({0}), graph.ints({depth}), graph.ints({-1})});
    y.dtype = float32;
    if (mode == "one_hot") return y;
    const int axis = x.rank() > 1 ? 1 : 0;
    if (axis == 0) call.refuse("its input has no axis besides the batch");
    const Attributes dropped = {{"keepdims", int64_t{0}}};
    if (mode == "multi_hot")
        y.name = graph.node("ReduceMax", {y.name}, {{"axes", Ints{axis}}, {"keepdims", int64_t{0}}});
    else
        y.name = graph.node("ReduceSum", {y.name, graph.ints({axis})}, dropped);
    return y;
}

std::vector<Value> category_encoding(LayerCall& call) {
    const Value x = call.graph.cast(call.graph.natural(call.x()), int64);
    return {encoded(call, x, call.word("output_mode"), call.integer("num_tokens"))};
}

/// The number of boundaries that are not above x.
std::vector<Value> discretization(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Config& node = call.config["bin_boundaries"];
    if (node.is_null()) call.refuse("it has no boundaries yet; call adapt() first");
    std::vector<float> boundaries;
    for (const Config& one : node.as_list()) boundaries.push_back(static_cast<float>(one.as_number()));
    const int64_t depth = static_cast<int64_t>(boundaries.size()) + 1;
    Value bins = graph.cast(graph.natural(call.x()), float32);
    const std::string apart = graph.node("Unsqueeze", {bins.name, graph.ints({-1})});
    bins.name = graph.node("GreaterOrEqual", {apart, graph.weight(Tensor::from(boundaries), "boundaries")});
    bins.dtype = bool_;
    bins = graph.cast(bins, int64);
    bins.name = graph.node("ReduceSum", {bins.name, graph.ints({-1})}, {{"keepdims", int64_t{0}}});
    const std::string& mode = call.word("output_mode");
    return {mode == "int" ? graph.cast(bins, int32) : encoded(call, bins, mode, depth)};
}

}  // namespace

void add_encodings(LayerWriters& writers) {
    writers["CategoryEncoding"] = category_encoding;
    writers["Discretization"] = discretization;
}

}  // namespace keratin::onnx
