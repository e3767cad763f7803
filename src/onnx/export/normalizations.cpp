#include "layers/operations/call.hpp"
#include "onnx/export/layers.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin::onnx {
namespace {

/// y * scale + offset, of which either may be missing.
Value scaled(LayerCall& call, Value y, const std::vector<int>& axes, const char* scale, const char* offset) {
    GraphWriter& graph = call.graph;
    if (const Tensor factor = call.weight(scale); factor.defined())
        y = graph.binary("Mul", y, graph.spread(factor, axes, y, scale));
    if (const Tensor bias = *offset ? call.weight(offset) : Tensor(); bias.defined())
        y = graph.binary("Add", y, graph.spread(bias, axes, y, offset));
    return y;
}

/// x / sqrt(mean of squares + epsilon)
Value to_unit_squares(GraphWriter& graph, const Value& x, const std::vector<int>& axes, double epsilon) {
    const Value squares = graph.binary("Mul", x, x.name);
    Value mean = squares;
    mean.name = reduced(graph, "ReduceMean", squares, axes, true);
    return graph.binary("Div", x, graph.unary("Sqrt", graph.binary("Add", mean, graph.number(epsilon))).name);
}

std::vector<Value> batch_normalization(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const int axis = axes_of(call, call.config["axis"], call.x().shape).front();
    const Tensor mean = call.weight("moving_mean"), variance = call.weight("moving_variance");
    const double epsilon = call.number("epsilon");
    if (axis != call.x().rank() - 1) {
        const Value& x = call.x();
        const Value centered = graph.binary("Sub", x, graph.spread(mean, {axis}, x, "moving_mean"));
        const Tensor deviation = sqrt(variance + epsilon);
        return {scaled(call, graph.binary("Div", centered, graph.spread(deviation, {axis}, x, "deviation")),
                       {axis}, "gamma", "beta")};
    }
    const Value x = graph.channels_first(call.x());
    const Tensor gamma = call.weight("gamma"), beta = call.weight("beta");
    Value y = x;
    y.name = graph.node("BatchNormalization",
                        {x.name, graph.weight(gamma.defined() ? gamma : ones_like(mean), "gamma"),
                         graph.weight(beta.defined() ? beta : zeros_like(mean), "beta"),
                         graph.weight(mean, "moving_mean"), graph.weight(variance, "moving_variance")},
                        {{"epsilon", static_cast<float>(epsilon)}});
    return {y};
}

std::vector<Value> layer_normalization(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const std::vector<int> axes = axes_of(call, call.config["axis"], call.x().shape);
    const double epsilon = call.number("epsilon");
    const Value x = graph.natural(call.x());
    const bool last = axes.front() == x.rank() - static_cast<int>(axes.size());
    if (const Tensor gamma = call.weight("gamma"); last && gamma.defined()) {
        std::vector<std::string> inputs = {x.name, graph.weight(gamma, "gamma")};
        if (const Tensor beta = call.weight("beta"); beta.defined())
            inputs.push_back(graph.weight(beta, "beta"));
        Value y = x;
        y.name = graph.node("LayerNormalization", inputs,
                            {{"axis", int64_t{axes.front()}}, {"epsilon", static_cast<float>(epsilon)}});
        return {y};
    }
    const Value centered = graph.binary("Sub", x, reduced(graph, "ReduceMean", x, axes, true));
    return {scaled(call, to_unit_squares(graph, centered, axes, epsilon), axes, "gamma", "beta")};
}

/// Each group as the one channel of an InstanceNormalization.
std::vector<Value> group_normalization(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const int axis = axes_of(call, call.config["axis"], call.x().shape).front();
    if (axis != call.x().rank() - 1) call.refuse("its axis is not the last one");
    const Value x = graph.channels_first(call.x());
    const int64_t channels = x.shape[axis];
    const int64_t groups = call.integer("groups") > 0 ? call.integer("groups") : channels;
    Value y = x;
    y.name = graph.node("Reshape", {x.name, graph.ints({0, groups, -1})});
    y.name =
        graph.node("InstanceNormalization",
                   {y.name, graph.weight(ones({groups}), "ones"), graph.weight(zeros({groups}), "zeros")},
                   {{"epsilon", static_cast<float>(call.number("epsilon"))}});
    y.name = graph.node("Reshape", {y.name, graph.node("Shape", {x.name})});
    return {scaled(call, y, {axis}, "gamma", "beta")};
}

std::vector<Value> rms_normalization(LayerCall& call) {
    const std::vector<int> axes = axes_of(call, call.config["axis"], call.x().shape);
    const Value x = call.graph.natural(call.x());
    return {scaled(call, to_unit_squares(call.graph, x, axes, call.number("epsilon")), axes, "scale", "")};
}

std::vector<Value> unit_normalization(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const std::vector<int> axes = axes_of(call, call.config["axis"], call.x().shape);
    const Value& x = call.x();
    Value squares = graph.binary("Mul", x, x.name);
    squares.name = reduced(graph, "ReduceSum", squares, axes, true);
    const Value length = graph.unary("Sqrt", graph.binary("Max", squares, graph.number(1e-24)));
    return {graph.binary("Div", x, length.name)};
}

/// Numbers of a config: one, or lists of them.
Tensor numbers_of(const LayerCall& call, const Config& node) {
    if (!node.is_list()) return Tensor::scalar(node.as_number());
    return convert(operations::tensor_of(node, call.layer.name()), float32);
}

Tensor statistic(const LayerCall& call, const char* name, const Shape& extents) {
    const Config& given = call.config[name];
    if (given.is_null()) return reshape(call.weight(name), extents);
    const Tensor numbers = numbers_of(call, given);
    const Shape shape = numbers.shape();
    Shape aligned = extents;  // given ones are aligned from the last axis
    for (int i = 1; i <= extents.rank(); ++i) aligned = aligned.with(-i, i <= shape.rank() ? shape[-i] : 1);
    return reshape(numbers, aligned);
}

std::vector<Value> normalization(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Value x = graph.cast(call.x(), float32);
    const Config& axis = call.config["axis"];
    const std::vector<int> axes = axis.is_null() || (axis.is_list() && axis.as_list().empty())
                                      ? std::vector<int>{}
                                      : axes_of(call, axis, x.shape);
    Shape extents;
    for (const int one : axes) extents = extents + Shape{x.shape[one]};
    const std::string mean = graph.spread(statistic(call, "mean", extents), axes, x, "mean");
    const Tensor deviation = maximum(sqrt(statistic(call, "variance", extents)), 1e-7);
    const std::string spread = graph.spread(deviation, axes, x, "deviation");
    if (call.flag("invert")) return {graph.binary("Add", graph.binary("Mul", x, spread), mean)};
    return {graph.binary("Div", graph.binary("Sub", x, mean), spread)};
}

std::vector<Value> rescaling(LayerCall& call) {
    GraphWriter& graph = call.graph;
    Value y = graph.cast(call.x(), float32);
    for (const auto& [key, op] : {std::pair{"scale", "Mul"}, std::pair{"offset", "Add"}}) {
        const Tensor numbers = numbers_of(call, call.config[key]);
        y = graph.binary(op, y,
                         numbers.size() == 1 ? graph.number(numbers.item<double>())
                                             : graph.spread(numbers, {y.rank() - 1}, y, key));
    }
    return {y};
}

}  // namespace

void add_normalizations(LayerWriters& writers) {
    writers["BatchNormalization"] = batch_normalization;
    writers["GroupNormalization"] = group_normalization;
    writers["LayerNormalization"] = layer_normalization;
    writers["Normalization"] = normalization;
    writers["RMSNormalization"] = rms_normalization;
    writers["Rescaling"] = rescaling;
    writers["UnitNormalization"] = unit_normalization;
}

}  // namespace keratin::onnx
