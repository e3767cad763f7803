#include "onnx/export/recurrent.hpp"

#include <keratin/layers/bidirectional.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::onnx {
namespace {

/// What ONNX calls a recurrent layer, and its gates in ONNX's order, as places in Keras's kernel.
struct Kind {
    const char* op;
    std::vector<int64_t> gates;
    bool gated;
};

const Kind* kind_of(std::string_view class_name) {
    static const std::map<std::string_view, Kind> kinds = {{"SimpleRNN", {"RNN", {0}, false}},
                                                           {"GRU", {"GRU", {0, 1, 2}, true}},
                                                           {"LSTM", {"LSTM", {0, 3, 1, 2}, true}}};
    const auto found = kinds.find(class_name);
    return found == kinds.end() ? nullptr : &found->second;
}

struct Activation {
    const char* name;
    std::vector<float> alpha = {}, beta = {};  ///< one number where the function has it
};

/// Those that ONNX's recurrent operators know.
const std::map<std::string_view, Activation>& known_activations() {
    static const std::map<std::string_view, Activation> all = {
        {"linear", {"Affine", {1}, {0}}},
        {"relu", {"Relu"}},
        {"leaky_relu", {"LeakyRelu", {0.2F}}},
        {"sigmoid", {"Sigmoid"}},
        {"tanh", {"Tanh"}},
        {"hard_sigmoid", {"HardSigmoid", {1.F / 6}, {0.5F}}},
        {"elu", {"Elu", {1}}},
        {"softsign", {"Softsign"}},
        {"softplus", {"Softplus"}}};
    return all;
}

bool has_known_activations(const LayerCall& call, const Kind& kind) {
    return known_activations().contains(call.word("activation")) &&
           (!kind.gated || known_activations().contains(call.word("recurrent_activation")));
}

/// (rows, gates * units) as (1, gates * units, rows), the gates in ONNX's order.
Tensor by_gates(const Tensor& kernel, const Kind& kind, int64_t units) {
    std::vector<Tensor> parts;
    for (const int64_t gate : kind.gates)
        parts.push_back(slice(kernel, {{}, {gate * units, (gate + 1) * units}}));
    return expand_dims(transpose(concat(parts, 1)), 0);
}

/// (1, 2 * gates * units): of the input's side, then of the state's.
Tensor bias_of(const LayerCall& call, const Kind& kind, int64_t units) {
    const auto gates = static_cast<int64_t>(kind.gates.size());
    Tensor bias = call.weight("bias");
    if (!bias.defined()) bias = zeros({gates * units});
    const Tensor both = bias.rank() == 2 ? bias : stack({bias, zeros_like(bias)});
    std::vector<Tensor> parts;
    for (int64_t side = 0; side < 2; ++side)
        for (const int64_t gate : kind.gates)
            parts.push_back(slice(both, {{side, side + 1}, {gate * units, (gate + 1) * units}}));
    return concat(parts, 1);
}

Attributes attributes_of(const LayerCall& call, const Kind& kind, bool backwards) {
    std::vector<Activation> chosen = {known_activations().at(call.word("activation"))};
    if (kind.gated) chosen.insert(chosen.begin(), known_activations().at(call.word("recurrent_activation")));
    if (std::string_view(kind.op) == "LSTM") chosen.push_back(chosen.back());
    std::vector<std::string> names;
    std::vector<float> alphas, betas;
    for (const Activation& one : chosen) {
        names.emplace_back(one.name);
        // Each function that has a number takes the next one of the list.
        alphas.insert(alphas.end(), one.alpha.begin(), one.alpha.end());
        betas.insert(betas.end(), one.beta.begin(), one.beta.end());
    }
    Attributes attributes = {{"hidden_size", call.integer("units")},
                             {"direction", std::string(backwards ? "reverse" : "forward")},
                             {"activations", names}};
    if (!alphas.empty()) attributes.emplace_back("activation_alpha", alphas);
    if (!betas.empty()) attributes.emplace_back("activation_beta", betas);
    return attributes;
}

/// A state (batch, units) as (1, batch, units), "" for none.
std::string state_in(LayerCall& call, size_t index) {
    if (index >= call.inputs.size()) return "";
    return call.graph.node("Unsqueeze", {call.inputs[index].name, call.graph.ints({0})});
}

Value backwards_in_time(GraphWriter& graph, const Value& x) {
    Value y = x;
    y.name = graph.node(
        "Slice", {x.name, graph.ints({-1}), graph.ints({INT64_MIN + 1}), graph.ints({1}), graph.ints({-1})});
    return y;
}

std::vector<Value> recurrent(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const Kind& kind = *kind_of(call.layer.class_name());
    if (call.flag("stateful")) call.refuse("it is stateful");
    if (call.x().mask || !has_known_activations(call, kind)) return write_steps(call);
    const bool backwards = call.flag("go_backwards"), sequences = call.flag("return_sequences");
    const int64_t units = call.integer("units");
    const bool lstm = std::string_view(kind.op) == "LSTM";
    Attributes attributes = attributes_of(call, kind, backwards);
    if (std::string_view(kind.op) == "GRU")
        attributes.emplace_back("linear_before_reset", int64_t{call.flag("reset_after")});
    const Value x = graph.natural(call.x());
    std::vector<std::string> inputs = {
        graph.node("Transpose", {x.name}, {{"perm", Ints{1, 0, 2}}}),
        graph.weight(by_gates(call.weight("kernel"), kind, units), "kernel"),
        graph.weight(by_gates(call.weight("recurrent_kernel"), kind, units), "recurrent_kernel"),
        graph.weight(bias_of(call, kind, units), "bias"),
        "",
        state_in(call, 1)};
    if (lstm) inputs.push_back(state_in(call, 2));
    while (inputs.back().empty()) inputs.pop_back();
    const bool returns_state = call.flag("return_state");
    std::vector<bool> wanted = {sequences, !sequences || returns_state};
    if (lstm && returns_state) wanted.push_back(true);
    const std::vector<std::string> made = graph.nodes(kind.op, inputs, attributes, wanted);

    const auto state_out = [&](const std::string& name) {
        Value state = x;
        state.name = graph.node("Squeeze", {name, graph.ints({0})});
        state.shape = call.shapes.back();
        return state;
    };
    std::vector<Value> outputs;
    if (sequences) {  // (time, 1, batch, units)
        Value y = x;
        y.name = graph.node("Squeeze", {made[0], graph.ints({1})});
        y.name = graph.node("Transpose", {y.name}, {{"perm", Ints{1, 0, 2}}});
        outputs.push_back(backwards && !call.called_with(in_order) ? backwards_in_time(graph, y) : y);
    } else {
        outputs.push_back(state_out(made[1]));
    }
    if (returns_state)
        for (size_t i = 1; i < made.size(); ++i) outputs.push_back(state_out(made[i]));
    return outputs;
}

std::vector<Value> merged(LayerCall& call, const Value& there, const Value& back) {
    GraphWriter& graph = call.graph;
    const Config& mode = call.config["merge_mode"];
    if (mode.is_null()) return {there, back};
    Value y = there;
    if (mode == Config("concat")) {
        y.name = graph.node("Concat", {there.name, back.name}, {{"axis", int64_t{-1}}});
        return {y};
    }
    if (mode == Config("mul")) return {graph.binary("Mul", there, back.name)};
    y = graph.binary("Add", there, back.name);
    return {mode == Config("ave") ? graph.binary("Mul", y, graph.number(0.5)) : y};
}

std::vector<Value> bidirectional(LayerCall& call) {
    const auto& layer = dynamic_cast<const layers::Bidirectional&>(call.layer);
    const auto write = [&](const Layer& one, const std::vector<Value>& inputs) {
        if (!kind_of(one.class_name()) && one.class_name() != "RNN")
            call.refuse(fmt::format("there are no operators for a {}", one.class_name()));
        return write_layer(call.graph, one, {.arguments = Config::object({{in_order, true}})}, inputs);
    };
    const size_t states = (call.inputs.size() - 1) / 2;
    std::vector<Value> there = {call.x()}, back = {call.x()};
    for (size_t i = 0; i < states; ++i) {
        there.push_back(call.inputs[1 + i]);
        back.push_back(call.inputs[1 + states + i]);
    }
    there = write(*layer.forward_layer, there);
    back = write(*layer.backward_layer, back);
    std::vector<Value> outputs = merged(call, there.front(), back.front());
    for (const auto* part : {&there, &back}) outputs.insert(outputs.end(), part->begin() + 1, part->end());
    return outputs;
}

}  // namespace

void add_recurrent(LayerWriters& writers) {
    writers["SimpleRNN"] = writers["LSTM"] = writers["GRU"] = recurrent;
    writers["RNN"] = write_steps;
    writers["Bidirectional"] = bidirectional;
}

}  // namespace keratin::onnx
