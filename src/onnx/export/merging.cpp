#include "onnx/export/layers.hpp"

#include <algorithm>

namespace keratin::onnx {
namespace {

/// Inputs of one rank: where there are fewer axes, ones follow the batch.
std::vector<Value> of_one_rank(LayerCall& call) {
    const int rank = call.shapes.front().rank();
    std::vector<Value> values;
    for (const Value& input : call.inputs) {
        if (input.rank() == rank) {
            values.push_back(input);
            continue;
        }
        Value wide = call.graph.natural(input);
        Ints axes;
        for (int axis = 1; axis <= rank - input.rank(); ++axis) axes.push_back(axis);
        wide.name = call.graph.node("Unsqueeze", {wide.name, call.graph.ints(axes)});
        wide.shape =
            input.shape.slice(0, 1) + Shape(Ints(axes.size(), 1)) + input.shape.slice(1, input.rank());
        values.push_back(wide);
    }
    return call.graph.alike(values);
}

std::vector<Value> folded(LayerCall& call, const char* op) {
    const std::vector<Value> inputs = of_one_rank(call);
    Value y = inputs.front();
    for (size_t i = 1; i < inputs.size(); ++i) y = call.graph.binary(op, y, inputs[i].name);
    return {y};
}

std::vector<Value> average(LayerCall& call) {
    const Value sum = folded(call, "Add").front();
    return {call.graph.binary("Div", sum, call.graph.number(static_cast<double>(call.inputs.size())))};
}

std::vector<Value> concatenate(LayerCall& call) {
    const std::vector<Value> inputs = call.graph.alike(call.inputs);
    Value y = inputs.front();
    const int axis = axes_of(call, call.config["axis"], call.shapes.front()).front();
    std::vector<std::string> names;
    for (const Value& input : inputs) names.push_back(input.name);
    y.name = call.graph.node("Concat", names, {{"axis", int64_t{y.axis(axis)}}});
    return {y};
}

Value normalized(GraphWriter& graph, const Value& x, int axis) {
    Value squares = graph.binary("Mul", x, x.name);
    squares.name = reduced(graph, "ReduceSum", squares, {axis}, true);
    const Value length = graph.unary("Sqrt", graph.binary("Max", squares, graph.number(1e-14)));
    return graph.binary("Div", x, length.name);
}

/// The letters of an operand: 'a' the batch, 'b' what is summed over.
std::string letters(int rank, int summed, char& next, std::string& result) {
    std::string term = "a";
    for (int axis = 1; axis < rank; ++axis) {
        term += axis == summed ? 'b' : next++;
        if (axis != summed) result += term.back();
    }
    return term;
}

std::vector<Value> dot(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Config& node = call.config["axes"];
    Value a = graph.natural(call.inputs[0]), b = graph.natural(call.inputs[1]);
    const auto axis_of = [&](const Value& x, size_t i) {
        const int64_t axis = node.is_list() ? node.as_list()[i].as_integer() : node.as_integer();
        return x.shape.normalize_axis(static_cast<int>(axis), "Dot");
    };
    const int first = axis_of(a, 0), second = axis_of(b, 1);
    if (call.flag("normalize")) {
        a = normalized(graph, a, first);
        b = normalized(graph, b, second);
    }
    char next = 'c';
    std::string result = "a";
    const std::string left = letters(a.rank(), first, next, result),
                      right = letters(b.rank(), second, next, result);
    Value y = a;
    y.name = graph.node("Einsum", {a.name, b.name}, {{"equation", left + "," + right + "->" + result}});
    return {result.size() == 1 ? reshaped(call, y, call.shapes.front()) : y};
}

}  // namespace

void add_merging(LayerWriters& writers) {
    writers["Add"] = [](LayerCall& call) { return folded(call, "Add"); };
    writers["Subtract"] = [](LayerCall& call) { return folded(call, "Sub"); };
    writers["Multiply"] = [](LayerCall& call) { return folded(call, "Mul"); };
    writers["Maximum"] = [](LayerCall& call) { return folded(call, "Max"); };
    writers["Minimum"] = [](LayerCall& call) { return folded(call, "Min"); };
    writers["Average"] = average;
    writers["Concatenate"] = concatenate;
    writers["Dot"] = dot;
}

}  // namespace keratin::onnx
