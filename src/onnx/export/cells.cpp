#include "onnx/export/recurrent.hpp"

#include <keratin/ops/shaping.hpp>

namespace keratin::onnx {
namespace {

/// A step of one of Keras's own cells.
class CellWriter {
public:
    CellWriter(GraphWriter& graph, const layers::RNNCell& cell)
        : graph_(graph), call_{cell, cell.get_config(), {}, {}, {}, graph}, units_(call_.integer("units")) {}

    std::vector<Value> simple(const Value& x, const std::vector<Value>& states) {
        const Value h = inner(add(projected(x), recurrent(states[0])));
        return {h, h};
    }

    std::vector<Value> lstm(const Value& x, const std::vector<Value>& states) {
        const std::vector<Value> gates = apart(add(projected(x), recurrent(states[0])), 4);
        const Value c = add(mul(sigma(gates[1]), states[1]), mul(sigma(gates[0]), inner(gates[2])));
        const Value h = mul(sigma(gates[3]), inner(c));
        return {h, h, c};
    }

    std::vector<Value> gru(const Value& x, const std::vector<Value>& states) {
        const Value& h = states[0];
        const std::vector<Value> gates = apart(projected(x), 3);
        Value z, r, candidate;
        if (call_.flag("reset_after")) {
            Value all = recurrent(h);
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
        const Value next = add(mul(z, h), mul(rest, candidate));
        return {next, next};
    }

private:
    Value add(const Value& a, const Value& b) { return graph_.binary("Add", a, b.name); }
    Value mul(const Value& a, const Value& b) { return graph_.binary("Mul", a, b.name); }
    Value inner(const Value& x) { return activated(graph_, x, call_.word("activation")); }
    Value sigma(const Value& x) { return activated(graph_, x, call_.word("recurrent_activation")); }

    Value projected(const Value& x) {
        const Tensor kernel = call_.weight("kernel"), bias = call_.weight("bias");
        Value y = graph_.binary("MatMul", x, graph_.weight(kernel, "kernel"));
        y.shape = x.shape.with(-1, kernel.shape().back());
        if (!bias.defined()) return y;
        return graph_.binary("Add", y,
                             graph_.weight(bias.rank() == 2 ? slice(bias, {{0, 1}}) : bias, "bias"));
    }

    /// A state times the recurrent kernel, or times a gate of it.
    Value recurrent(const Value& state, std::optional<int64_t> gate = {}) {
        Tensor kernel = call_.weight("recurrent_kernel");
        if (gate) kernel = slice(kernel, {{}, {*gate * units_, (*gate + 1) * units_}});
        return graph_.binary("MatMul", state, graph_.weight(kernel, "recurrent_kernel"));
    }

    std::vector<Value> apart(const Value& x, size_t gates) {
        std::vector<Value> parts;
        for (const std::string& name :
             graph_.nodes("Split", {x.name}, {{"axis", int64_t{-1}}}, std::vector<bool>(gates, true)))
            parts.push_back({name, x.shape.with(-1, units_)});
        return parts;
    }

    GraphWriter& graph_;
    const LayerCall call_;
    const int64_t units_;
};

/// One cell on the other.
std::vector<Value> stacked(GraphWriter& graph, const layers::StackedRNNCells& cells, const Value& x,
                           const std::vector<Value>& states) {
    std::vector<Value> results = {x};
    auto state = states.begin();
    for (const auto& cell : cells.cells) {
        const auto count = static_cast<std::ptrdiff_t>(cell->state_size().size());
        const std::vector<Value> made = write_cell(graph, *cell, results.front(), {state, state + count});
        state += count;
        results.front() = made.front();
        results.insert(results.end(), made.begin() + 1, made.end());
    }
    return results;
}

std::vector<Value> cell_layer(LayerCall& call) {
    const std::vector<Value> states(call.inputs.begin() + 1, call.inputs.end());
    return write_cell(call.graph, dynamic_cast<const layers::RNNCell&>(call.layer), call.x(), states);
}

}  // namespace

std::vector<Value> write_cell(GraphWriter& graph, const layers::RNNCell& cell, const Value& x,
                              const std::vector<Value>& states) {
    const std::string name = cell.class_name();
    if (name == "SimpleRNNCell") return CellWriter(graph, cell).simple(x, states);
    if (name == "GRUCell") return CellWriter(graph, cell).gru(x, states);
    if (name == "LSTMCell") return CellWriter(graph, cell).lstm(x, states);
    if (const auto* several = dynamic_cast<const layers::StackedRNNCells*>(&cell))
        return stacked(graph, *several, x, states);
    LayerCall{cell, {}, {}, {}, {}, graph}.refuse("there are no operators for it");
}

void add_cells(LayerWriters& writers) {
    for (const char* name : {"SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells"})
        writers[name] = cell_layer;
}

}  // namespace keratin::onnx
