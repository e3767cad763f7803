#include "onnx/export/masks.hpp"

#include <keratin/core/padding.hpp>

namespace keratin::onnx {
namespace {

std::vector<Value> pooled(LayerCall& call, const char* op) {
    const Value x = call.graph.channels_first(call.x());
    const Ints window = extents_of(call.config["pool_size"]), strides = extents_of(call.config["strides"]);
    Attributes attributes = {{"kernel_shape", window}, {"strides", strides}};
    if (call.word("padding") == "same") {
        Ints before, after;
        for (size_t i = 0; i < window.size(); ++i) {
            const int64_t in = x.shape[static_cast<int>(i) + 1];
            if (in == Shape::unknown) break;
            const WindowExtent extent =
                window_extent(in, window[i], strides[i], 1, Padding::Kind::same, {0, 0});
            before.push_back(extent.before), after.push_back(extent.after);
        }
        if (before.size() == window.size()) {
            before.insert(before.end(), after.begin(), after.end());
            attributes.emplace_back("pads", before);
        } else {
            attributes.emplace_back("auto_pad", std::string("SAME_UPPER"));
        }
    }
    return {call.graph.unary(op, x, attributes)};
}

std::vector<Value> pooled_globally(LayerCall& call, const char* op, const char* reduce) {
    const bool keepdims = call.flag("keepdims");
    const Value& x = call.x();
    Value y = x;
    if (x.channels_first) {
        y.name = call.graph.node(op, {x.name});
        if (!keepdims) y.name = call.graph.node("Flatten", {y.name}, {{"axis", int64_t{1}}});
        y.channels_first = keepdims;
    } else {
        std::vector<int> axes;
        for (int axis = 1; axis + 1 < x.rank(); ++axis) axes.push_back(axis);
        y.name = reduced(call.graph, reduce, x, axes, keepdims);
    }
    return {y};
}

/// The mean of the steps that count.
std::vector<Value> mean_of_counted(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Value x = graph.natural(call.x());
    const Attributes keeps = {{"keepdims", int64_t{call.flag("keepdims")}}};
    const std::string counts = as_numbers(graph, with_axis(graph, x.mask, -1)), steps = graph.ints({1});
    Value y = x;
    y.name = graph.node("ReduceSum", {graph.node("Mul", {x.name, counts}), steps}, keeps);
    y.name = graph.node("Div", {y.name, graph.node("ReduceSum", {counts, steps}, keeps)});
    return {y};
}

}  // namespace

void add_pooling(LayerWriters& writers) {
    writers["MaxPooling1D"] =
        writers["MaxPooling2D"] = [](LayerCall& call) { return pooled(call, "MaxPool"); };
    writers["AveragePooling1D"] =
        writers["AveragePooling2D"] = [](LayerCall& call) { return pooled(call, "AveragePool"); };
    writers["GlobalMaxPooling1D"] = writers["GlobalMaxPooling2D"] = [](LayerCall& call) {
        return pooled_globally(call, "GlobalMaxPool", "ReduceMax");
    };
    writers["GlobalAveragePooling1D"] = writers["GlobalAveragePooling2D"] = [](LayerCall& call) {
        if (call.x().mask && call.x().rank() == 3) return mean_of_counted(call);
        return pooled_globally(call, "GlobalAveragePool", "ReduceMean");
    };
}

}  // namespace keratin::onnx
