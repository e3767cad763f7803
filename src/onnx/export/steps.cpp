#include "onnx/export/masks.hpp"
#include "onnx/export/recurrent.hpp"

#include <keratin/layers/rnn.hpp>

namespace keratin::onnx {
namespace {

/// The step of a layer, as a graph of its own: from the states, the output before, a step of the input and of
/// its mask to the states, the output, and the output once more, to be collected.
class StepGraph {
public:
    StepGraph(LayerCall& call, const layers::RNN& layer) : graph_(proto_), layer_(layer) {
        proto_.set_name("step");
        scope_ = call.graph.unique(layer.name() + "/step");  // names are the whole file's
        graph_.scope(scope_);
    }

    Subgraph write(const Value& x) {
        std::vector<Value> before;
        std::vector<Shape> shapes;
        for (const int64_t extent : layer_.cell->state_size()) shapes.push_back({Shape::unknown, extent});
        shapes.push_back({Shape::unknown, layer_.cell->output_size()});
        for (const Shape& shape : shapes) before.push_back(input("state", shape));
        const Value step = input("input", {Shape::unknown, x.shape.back()});
        std::vector<Value> after = write_cell(graph_, *layer_.cell, step, {before.begin(), before.end() - 1});
        std::rotate(after.begin(), after.begin() + 1, after.end());  // the output behind the states
        if (x.mask) choose(input("mask", {Shape::unknown}, bool_), before, after);
        after.push_back(after.back());
        shapes.push_back(shapes.back());
        for (size_t i = 0; i < after.size(); ++i) {
            // Each output has a name of its own.
            const Value y{graph_.node("Identity", {after[i].name}), shapes[i]};
            describe(*proto_.add_output(), y);
        }
        return {proto_.SerializeAsString()};
    }

private:
    /// What was before, where a step does not count.
    void choose(const Value& mask, std::vector<Value> before, std::vector<Value>& after) {
        const std::string counts = graph_.node("Unsqueeze", {mask.name, graph_.ints({-1})});
        if (layer_.loop.zero_output_for_mask) before.back().name = graph_.number(0);
        for (size_t i = 0; i < after.size(); ++i)
            after[i].name = graph_.node("Where", {counts, after[i].name, before[i].name});
    }

    Value input(const char* what, const Shape& shape, DType dtype = float32) {
        const Value value{graph_.unique(fmt::format("{}/{}", scope_, what)), shape, dtype};
        describe(*proto_.add_input(), value);
        return value;
    }

    pb::GraphProto proto_;
    GraphWriter graph_;
    const layers::RNN& layer_;
    std::string scope_;
};

/// The states before the first step, and the output that is given again if that does not count.
std::vector<std::string> first_states(LayerCall& call, const layers::RNN& layer, const Value& x) {
    GraphWriter& graph = call.graph;
    const std::string batch = graph.node("Shape", {x.name}, {{"start", int64_t{0}}, {"end", int64_t{1}}});
    const auto zeros = [&](int64_t extent) {
        const std::string shape = graph.node("Concat", {batch, graph.ints({extent})}, {{"axis", int64_t{0}}});
        return graph.node("Expand", {graph.number(0), shape});
    };
    std::vector<std::string> states;
    for (size_t i = 1; i < call.inputs.size(); ++i) states.push_back(call.inputs[i].name);
    if (states.empty())
        for (const int64_t extent : layer.cell->state_size()) states.push_back(zeros(extent));
    states.push_back(zeros(layer.cell->output_size()));
    return states;
}

}  // namespace

std::vector<Value> write_steps(LayerCall& call) {
    GraphWriter& graph = call.graph;
    const auto& layer = dynamic_cast<const layers::RNN&>(call.layer);
    if (layer.loop.stateful) call.refuse("it is stateful");
    const Value x = graph.natural(call.x());
    if (x.mask && x.mask.rank != 2)
        call.refuse(fmt::format("its mask has {} axes, not (batch, time)", x.mask.rank));
    std::vector<std::string> inputs = first_states(call, layer, x);
    const size_t states = inputs.size() - 1;
    inputs.push_back(x.name);
    if (x.mask) inputs.push_back(x.mask.name);
    const size_t scanned = x.mask ? 2 : 1;
    const bool backwards = layer.loop.go_backwards;
    const std::vector<std::string> made =
        graph.nodes("Scan", inputs,
                    {{"body", StepGraph(call, layer).write(x)},
                     {"num_scan_inputs", static_cast<int64_t>(scanned)},
                     {"scan_input_axes", Ints(scanned, 1)},
                     {"scan_input_directions", Ints(scanned, backwards)},
                     {"scan_output_axes", Ints{1}},
                     {"scan_output_directions", Ints{backwards && call.called_with(in_order)}}},
                    std::vector<bool>(states + 2, true));
    std::vector<Value> outputs = {
        {made[states + (layer.loop.return_sequences ? 1 : 0)], call.shapes.front()}};
    for (size_t i = 0; layer.loop.return_state && i < states; ++i)
        outputs.push_back({made[i], call.shapes[i + 1]});
    return outputs;
}

}  // namespace keratin::onnx
