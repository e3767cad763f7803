#include "onnx/export/masks.hpp"
#include "onnx/export/recurrent.hpp"

#include <keratin/layers/rnn.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::onnx {
namespace {

/// One step of a cell, in a graph of its own.
class Cell {
public:
    Cell(LayerCall& one, GraphWriter& graph)
        : call_(one), graph_(graph), units_(one.integer("units")), class_(one.layer.class_name()) {}

    /// The states after a step, the output in front, of the projected input.
    std::vector<Value> step(const Value& x, const std::vector<Value>& states) {
        if (class_ == "LSTM") return lstm(x, states[0], states[1]);
        if (class_ == "GRU") return {gru(x, states[0])};
        return {inner(add(x, recurrent(states[0], {})))};
    }

private:
    std::vector<Value> lstm(const Value& x, const Value& h, const Value& before) {
        const std::vector<Value> gates = apart(add(x, recurrent(h, {})), 4);
        const Value c = add(mul(sigma(gates[1]), before), mul(sigma(gates[0]), inner(gates[2])));
        return {mul(sigma(gates[3]), inner(c)), c};
    }

    Value gru(const Value& x, const Value& h) {
        const std::vector<Value> gates = apart(x, 3);
        Value z, r, candidate;
        if (call_.flag("reset_after")) {
            Value all = recurrent(h, {});
            if (const Tensor bias = call_.weight("bias"); bias.defined())
                all = graph_.binary("Add", all, graph_.weight(slice(bias, {{1, 2}}), "recurrent_bias"));
            const std::vector<Value> own = apart(all, 3);
            z = sigma(add(gates[0], own[0]));
            r = sigma(add(gates[1], own[1]));
            candidate = inner(add(gates[2], mul(r, own[2])));
        } else {
            z = sigma(add(gates[0], recurrent(h, 0)));
            r = sigma(add(gates[1], recurrent(h, 1)));
            candidate = inner(add(gates[2], recurrent(mul(r, h), 2)));
        }
        Value rest = z;
        rest.name = graph_.node("Sub", {graph_.number(1), z.name});
        return add(mul(z, h), mul(rest, candidate));
    }

    Value add(const Value& a, const Value& b) { return graph_.binary("Add", a, b.name); }
    Value mul(const Value& a, const Value& b) { return graph_.binary("Mul", a, b.name); }
    Value inner(const Value& x) { return activated(graph_, x, call_.word("activation")); }
    Value sigma(const Value& x) { return activated(graph_, x, call_.word("recurrent_activation")); }

    /// A state times the recurrent kernel, or a gate of it.
    Value recurrent(const Value& state, std::optional<int64_t> gate) {
        Tensor kernel = call_.weight("recurrent_kernel");
        if (gate) kernel = slice(kernel, {{}, {*gate * units_, (*gate + 1) * units_}});
        return graph_.binary("MatMul", state, graph_.weight(kernel, "recurrent_kernel"));
    }

    std::vector<Value> apart(const Value& x, size_t gates) {
        std::vector<Value> parts;
        for (const std::string& name :
             graph_.nodes("Split", {x.name}, {{"axis", int64_t{-1}}}, std::vector<bool>(gates, true))) {
            parts.push_back(x);
            parts.back().name = name;
        }
        return parts;
    }

    LayerCall& call_;
    GraphWriter& graph_;
    int64_t units_;
    std::string class_;
};

Value input(GraphWriter& graph, const char* name, const Shape& shape, DType dtype = float32) {
    const Value value{graph.unique(name), shape, dtype};
    describe(*graph.graph().add_input(), value);
    return value;
}

/// From the states, the output before, the projected input and its mask to the states, the output, and the
/// output once more, to be collected.
Subgraph body_of(LayerCall& call, size_t count, int64_t columns, const Mask& mask) {
    pb::GraphProto proto;
    proto.set_name("step");
    GraphWriter graph(proto);
    // Names are the whole file's.
    const std::string scope = call.graph.unique(call.layer.name() + "/step");
    graph.scope(scope);
    const auto named = [&](const char* what) { return scope + "/" + what; };
    const Shape state{Shape::unknown, call.integer("units")};
    std::vector<Value> before;
    for (size_t i = 0; i <= count; ++i) before.push_back(input(graph, named("state").c_str(), state));
    const Value x = input(graph, named("input").c_str(), {Shape::unknown, columns});
    std::vector<Value> after = Cell(call, graph).step(x, before);
    after.push_back(after.front());
    if (mask) {
        const Value counts = input(graph, named("mask").c_str(), {Shape::unknown}, bool_);
        const std::string column = graph.node("Unsqueeze", {counts.name, graph.ints({-1})});
        if (dynamic_cast<const layers::RNN&>(call.layer).loop.zero_output_for_mask)
            before.back().name = graph.number(0);
        for (size_t i = 0; i <= count; ++i)
            after[i].name = graph.node("Where", {column, after[i].name, before[i].name});
    }
    after.push_back(after.back());
    for (Value& y : after) {
        y.name = graph.node("Identity", {y.name});  // each output has a name of its own
        y.shape = state;
        describe(*proto.add_output(), y);
    }
    return {proto.SerializeAsString()};
}

/// The states before the first step, and the output that is given again if that does not count.
std::vector<std::string> first_states(LayerCall& call, const Value& x, size_t count) {
    GraphWriter& graph = call.graph;
    const std::string batch = graph.node("Shape", {x.name}, {{"start", int64_t{0}}, {"end", int64_t{1}}});
    const std::string shape =
        graph.node("Concat", {batch, graph.ints({call.integer("units")})}, {{"axis", int64_t{0}}});
    const std::string zeros = graph.node("Expand", {graph.number(0), shape});
    std::vector<std::string> states(count + 1, zeros);
    for (size_t i = 1; i < call.inputs.size(); ++i) states.at(i - 1) = call.inputs[i].name;
    return states;
}

}  // namespace

std::vector<Value> write_steps(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Value x = graph.natural(call.x());
    if (x.mask && x.mask.rank != 2)
        call.refuse(fmt::format("its mask has {} axes, not (batch, time)", x.mask.rank));
    const size_t count = call.layer.class_name() == "LSTM" ? 2 : 1;
    const Tensor kernel = call.weight("kernel"), bias = call.weight("bias");
    Value projected = graph.binary("MatMul", x, graph.weight(kernel, "kernel"));
    if (bias.defined())
        projected = graph.binary("Add", projected,
                                 graph.weight(bias.rank() == 2 ? slice(bias, {{0, 1}}) : bias, "bias"));

    std::vector<std::string> inputs = first_states(call, x, count);
    inputs.push_back(projected.name);
    if (x.mask) inputs.push_back(x.mask.name);
    const size_t scanned = x.mask ? 2 : 1;
    const bool backwards = call.flag("go_backwards"), turned = backwards && call.called_with(in_order);
    const std::vector<std::string> made =
        graph.nodes("Scan", inputs,
                    {{"body", body_of(call, count, kernel.shape().back(), x.mask)},
                     {"num_scan_inputs", static_cast<int64_t>(scanned)},
                     {"scan_input_axes", Ints(scanned, 1)},
                     {"scan_input_directions", Ints(scanned, backwards)},
                     {"scan_output_axes", Ints{1}},
                     {"scan_output_directions", Ints{turned}}},
                    std::vector<bool>(count + 2, true));

    const auto value = [&](size_t i) {
        Value y = x;
        y.name = made[i];
        return y;
    };
    std::vector<Value> outputs = {value(call.flag("return_sequences") ? count + 1 : count)};
    for (size_t i = 0; call.flag("return_state") && i < count; ++i) {
        outputs.push_back(value(i));
        outputs.back().shape = call.shapes.back();
    }
    return outputs;
}

}  // namespace keratin::onnx
