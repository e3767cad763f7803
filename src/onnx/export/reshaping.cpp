#include "onnx/export/layers.hpp"

#include <algorithm>

namespace keratin::onnx {
namespace {

std::vector<Value> flattened(LayerCall& call) {
    Value y = call.x();
    if (y.rank() == 1) {
        y.name = call.graph.node("Unsqueeze", {y.name, call.graph.ints({1})});
        return {y};
    }
    // Of one pixel the order of axes is the same.
    const bool one_pixel =
        std::all_of(y.shape.begin() + 1, y.shape.end() - 1, [](int64_t n) { return n == 1; });
    if (!one_pixel) y = call.graph.natural(y);
    y.channels_first = false;
    y.name = call.graph.node("Flatten", {y.name}, {{"axis", int64_t{1}}});
    return {y};
}

std::vector<Value> permuted(LayerCall& call) {
    Ints order = {0};
    for (const int64_t axis : extents_of(call.config["dims"])) order.push_back(axis);
    return {call.graph.transposed(call.graph.natural(call.x()), order)};
}

std::vector<Value> repeated(LayerCall& call) {
    Value y = call.x();
    y.name = call.graph.node("Unsqueeze", {y.name, call.graph.ints({1})});
    y.name = call.graph.node("Tile", {y.name, call.graph.ints({1, call.integer("n"), 1})});
    return {y};
}

/// [before, after] of each axis behind the batch.
std::vector<Ints> pairs_of(const Config& node) {
    std::vector<Ints> pairs;
    if (node.is_list() && node.as_list().front().is_list())
        for (const Config& one : node.as_list()) pairs.push_back(extents_of(one));
    else
        pairs.push_back(extents_of(node));
    for (Ints& pair : pairs)
        if (pair.size() == 1) pair.push_back(pair.front());
    return pairs;
}

std::vector<Value> cropped(LayerCall& call) {
    const std::vector<Ints> pairs = pairs_of(call.config["cropping"]);
    std::vector<int> axes;
    Ints starts, ends;
    for (size_t i = 0; i < pairs.size(); ++i) {
        axes.push_back(static_cast<int>(i) + 1);
        starts.push_back(pairs[i][0]);
        ends.push_back(pairs[i][1] == 0 ? INT64_MAX : -pairs[i][1]);
    }
    return {sliced(call.graph, call.x(), axes, starts, ends)};
}

std::vector<Value> padded(LayerCall& call) {
    const Value& x = call.x();
    const std::vector<Ints> pairs = pairs_of(call.config["padding"]);
    Ints before(static_cast<size_t>(x.rank()), 0), after = before;
    for (size_t i = 0; i < pairs.size(); ++i) {
        before[i + 1] = pairs[i][0];
        after[i + 1] = pairs[i][1];
    }
    Ints pads = in_file_order(x, before);
    for (const int64_t one : in_file_order(x, after)) pads.push_back(one);
    return {call.graph.binary("Pad", x, call.graph.ints(pads))};
}

}  // namespace

void add_reshaping(LayerWriters& writers) {
    writers["Flatten"] = flattened;
    writers["Permute"] = permuted;
    writers["RepeatVector"] = repeated;
    writers["Reshape"] = [](LayerCall& call) -> std::vector<Value> {
        return {reshaped(call, call.x(), call.shapes.front())};
    };
    writers["Cropping1D"] = writers["Cropping2D"] = cropped;
    writers["ZeroPadding1D"] = writers["ZeroPadding2D"] = padded;
}

}  // namespace keratin::onnx
