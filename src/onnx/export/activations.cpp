#include "onnx/export/layers.hpp"

#include <keratin/ops/nn/activation_function.hpp>

#include <cmath>
#include <numbers>

namespace keratin::onnx {
namespace {

Value clipped(GraphWriter& graph, const Value& x, double low, double high) {
    Value y = x;
    y.name = graph.node("Clip", {x.name, graph.number(low), graph.number(high)});
    return y;
}

Value gelu(GraphWriter& graph, const Value& x) {
    const Value scaled = graph.binary("Mul", x, graph.number(std::numbers::sqrt2 / 2));
    const Value grown = graph.binary("Add", graph.unary("Erf", scaled), graph.number(1));
    return graph.binary("Mul", graph.binary("Mul", x, graph.number(0.5)), grown.name);
}

/// Along the last axis of Keras's.
Value softmax(GraphWriter& graph, const char* op, const Value& x) {
    return graph.unary(op, x, {{"axis", int64_t{x.axis(-1)}}});
}

struct Simple {
    std::string_view name;
    const char* op;
    Attributes attributes = {};
};

const std::vector<Simple>& simple_activations() {
    static const std::vector<Simple> all = {
        {"relu", "Relu"},
        {"leaky_relu", "LeakyRelu", {{"alpha", 0.2F}}},
        {"sigmoid", "Sigmoid"},
        {"tanh", "Tanh"},
        {"hard_silu", "HardSwish"},
        {"hard_swish", "HardSwish"},
        {"hard_sigmoid", "HardSigmoid", {{"alpha", 1.F / 6}, {"beta", 0.5F}}},
        {"elu", "Elu", {{"alpha", 1.F}}},
        {"selu", "Selu"},
        {"softplus", "Softplus"},
        {"softsign", "Softsign"},
        {"exponential", "Exp"}};
    return all;
}

std::vector<Value> relu(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const double slope = call.number("negative_slope"), threshold = call.number("threshold");
    const Config& limit = call.config["max_value"];
    const Value& x = call.x();
    if (threshold == 0 && slope == 0)
        return {limit.is_null() ? graph.unary("Relu", x) : clipped(graph, x, 0, limit.as_number())};
    if (threshold == 0 && limit.is_null())
        return {graph.unary("LeakyRelu", x, {{"alpha", static_cast<float>(slope)}})};
    const std::string least = graph.number(threshold);
    const std::string above = graph.node("Greater", {x.name, least});
    const std::string kept =
        limit.is_null() ? x.name : graph.node("Min", {x.name, graph.number(limit.as_number())});
    const std::string below = graph.node("Mul", {graph.node("Sub", {x.name, least}), graph.number(slope)});
    Value y = x;
    y.name = graph.node("Where", {above, kept, below});
    return {y};
}

std::vector<Value> prelu(LayerCall& call) {
    const Tensor alpha = call.weight("alpha");
    std::vector<int> axes;
    for (int axis = 1; axis < call.x().rank(); ++axis) axes.push_back(axis);
    return {call.graph.binary("PRelu", call.x(), call.graph.spread(alpha, axes, call.x(), "alpha"))};
}

std::vector<Value> softmax_layer(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Value& x = call.x();
    const std::vector<int> axes = axes_of(call, call.config["axis"], x.shape);
    if (x.mask && x.mask.rank == x.rank()) call.refuse("it heeds a mask of each element");
    if (axes.size() == 1) return {graph.unary("Softmax", x, {{"axis", int64_t{x.axis(axes.front())}}})};
    const Value powers =
        graph.unary("Exp", graph.binary("Sub", x, reduced(graph, "ReduceMax", x, axes, true)));
    return {graph.binary("Div", powers, reduced(graph, "ReduceSum", powers, axes, true))};
}

}  // namespace

Value activated(GraphWriter& graph, const Value& x, std::string_view activation) {
    for (const Simple& simple : simple_activations())
        if (simple.name == activation) return graph.unary(simple.op, x, simple.attributes);
    if (activation == "linear") return x;
    if (activation == "relu6") return clipped(graph, x, 0, 6);
    if (activation == "softmax") return softmax(graph, "Softmax", x);
    if (activation == "log_softmax") return softmax(graph, "LogSoftmax", x);
    if (activation == "silu" || activation == "swish")
        return graph.binary("Mul", x, graph.unary("Sigmoid", x).name);
    if (activation == "gelu") return gelu(graph, x);
    if (activation == "mish")
        return graph.binary("Mul", x, graph.unary("Tanh", graph.unary("Softplus", x)).name);
    if (activation == "log_sigmoid")
        return graph.unary("Neg", graph.unary("Softplus", graph.unary("Neg", x)));
    fail<ValueError>("save_onnx: there are no operators for the activation \"{}\"", activation);
}

void add_activations(LayerWriters& writers) {
    writers["Activation"] = [](LayerCall& call) -> std::vector<Value> {
        return {activated(call.graph, call.x(), call.word("activation"))};
    };
    writers["ELU"] = [](LayerCall& call) -> std::vector<Value> {
        return {call.graph.unary("Elu", call.x(), {{"alpha", static_cast<float>(call.number("alpha"))}})};
    };
    writers["LeakyReLU"] = [](LayerCall& call) -> std::vector<Value> {
        const auto slope = static_cast<float>(call.number("negative_slope"));
        return {call.graph.unary("LeakyRelu", call.x(), {{"alpha", slope}})};
    };
    writers["ReLU"] = relu;
    writers["PReLU"] = prelu;
    writers["Softmax"] = softmax_layer;
}

}  // namespace keratin::onnx
