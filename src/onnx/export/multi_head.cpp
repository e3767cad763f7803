#include "onnx/export/masks.hpp"

#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <cmath>

namespace keratin::onnx {
namespace {

/// Where the axes of (batch, .., features) go: those that are attended over in the middle, the others to the
/// front.
struct Axes {
    std::vector<int> batch, attended;

    Axes(const LayerCall& call, const Shape& query) {
        const Config& given = call.config["attention_axes"];
        const int rank = query.rank();
        if (given.is_null())
            for (int axis = 1; axis + 1 < rank; ++axis) attended.push_back(axis);
        else
            for (const int64_t axis : extents_of(given))
                attended.push_back(query.normalize_axis(static_cast<int>(axis), call.layer.name().c_str()));
        for (int axis = 0; axis + 1 < rank; ++axis)
            if (std::count(attended.begin(), attended.end(), axis) == 0) batch.push_back(axis);
        if (batch.empty() || batch.front() != 0) call.refuse("it attends over the batch");
    }
    bool one_each() const { return batch.size() == 1 && attended.size() == 1; }
    /// Of (batch, .., heads, dim): the batch's axes, heads, those attended over, dim.
    Ints order() const {
        const auto heads = static_cast<int64_t>(batch.size() + attended.size());
        Ints all(batch.begin(), batch.end());
        all.push_back(heads);
        all.insert(all.end(), attended.begin(), attended.end());
        all.push_back(heads + 1);
        return all;
    }
    Ints order_back() const {
        const Ints there = order();
        Ints back(there.size());
        for (size_t i = 0; i < there.size(); ++i)
            back[static_cast<size_t>(there[i])] = static_cast<int64_t>(i);
        return back;
    }
};

class MultiHead {
public:
    explicit MultiHead(LayerCall& one)
        : call(one),
          graph(one.graph),
          query(graph.natural(one.inputs[0])),
          value(graph.natural(one.inputs[1])),
          key(one.inputs.size() > 2 ? graph.natural(one.inputs[2]) : value),
          axes(one, query.shape) {
        for (const Value* x : {&query, &value})
            if (!axes.one_each() && !x->shape.slice(1, x->rank()).is_static())
                call.refuse(
                    fmt::format("it attends over several axes of a shape that is not known: {}", x->shape));
    }

    std::vector<Value> write() {
        const std::string q = to_heads(query, "query"), k = to_heads(key, "key"),
                          v = to_heads(value, "value");
        const std::string small = graph.node("Mul", {q, graph.number(1 / std::sqrt(call.number("key_dim")))});
        const std::string turned = graph.node("Transpose", {k}, {{"perm", Ints{0, 1, 3, 2}}});
        std::string scores = graph.node("MatMul", {small, turned});
        const Mask mask = allowed();
        // What the mask leaves out gets a score of almost nothing.
        if (mask) scores = graph.node("Where", {mask.name, scores, graph.number(-1e9)});
        std::string weights = graph.node("Softmax", {scores}, {{"axis", int64_t{-1}}});
        const bool returned = call.called_with("return_attention_scores");
        if (mask && (returned || call.number("dropout") > 0 || query.rank() != 3))
            weights = graph.node("Mul", {weights, as_numbers(graph, mask)});
        const Value y = from_heads(graph.node("MatMul", {weights, v}));
        if (!returned) return {y};
        return {y, scores_of(weights)};
    }

private:
    /// x (batch, .., features) as (batch, heads, positions, dim).
    std::string to_heads(const Value& x, const std::string& which) {
        const Tensor kernel = call.weight(which + "/kernel");  // (features, heads, dim)
        const int64_t heads = kernel.shape()[1], dim = kernel.shape()[2];
        const Tensor flat = reshape(kernel, {kernel.shape()[0], heads * dim});
        std::string y = graph.node("MatMul", {x.name, graph.weight(flat, which + "_kernel")});
        if (const Tensor bias = call.weight(which + "/bias"); bias.defined())
            y = graph.node("Add", {y, graph.weight(reshape(bias, {heads * dim}), which + "_bias")});
        y = graph.node("Reshape", {y, graph.ints(behind_positions({heads, dim}))});
        y = graph.node("Transpose", {y}, {{"perm", axes.order()}});
        if (axes.one_each()) return y;
        int64_t positions = 1;
        for (const int axis : axes.attended) positions *= x.shape[axis];
        return graph.node("Reshape", {y, graph.ints({-1, heads, positions, dim})});
    }

    /// Where a query may look, to be broadcast to (batch, heads, queries, keys).
    Mask allowed() {
        Mask mask;
        if (call.inputs.size() > 3) mask = {graph.cast(call.inputs[3], bool_).name, call.inputs[3].rank()};
        mask = both(graph, mask, with_axis(graph, query.mask, -1));
        mask = both(graph, mask, with_axis(graph, value.mask, -2));
        if (key.mask.name != value.mask.name) mask = both(graph, mask, with_axis(graph, key.mask, -2));
        if (call.called_with("use_causal_mask"))
            mask = both(graph, mask, causal_mask(call, query.shape[1], value.shape[1]));
        return mask.rank == 3 ? with_axis(graph, mask, 1) : mask;  // for all heads
    }

    /// (batch, heads, queries, dim) as the output.
    Value from_heads(std::string y) {
        const Tensor kernel = call.weight("attention_output/kernel");  // (heads, dim, output..)
        const int64_t heads = kernel.shape()[0], dim = kernel.shape()[1];
        const Shape results = kernel.shape().slice(2, kernel.rank());
        if (!axes.one_each()) {
            Ints apart = {-1};
            for (size_t i = 1; i < axes.batch.size(); ++i) apart.push_back(query.shape[axes.batch[i]]);
            apart.push_back(heads);
            for (const int axis : axes.attended) apart.push_back(query.shape[axis]);
            apart.push_back(dim);
            y = graph.node("Reshape", {y, graph.ints(apart)});
        }
        y = graph.node("Transpose", {y}, {{"perm", axes.order_back()}});
        y = graph.node("Reshape", {y, graph.ints(behind_positions({heads * dim}))});
        const Tensor flat = reshape(kernel, {heads * dim, kernel.size() / (heads * dim)});
        y = graph.node("MatMul", {y, graph.weight(flat, "output_kernel")});
        if (results.rank() != 1)
            y = graph.node("Reshape", {y, graph.ints(behind_positions({results.begin(), results.end()}))});
        if (const Tensor bias = call.weight("attention_output/bias"); bias.defined())
            y = graph.node("Add", {y, graph.weight(bias, "output_bias")});
        return {y, query.shape.slice(0, query.rank() - 1) + results};
    }

    Value scores_of(const std::string& weights) {
        Shape shape;
        for (const int axis : axes.batch) shape = shape + Shape{query.shape[axis]};
        shape = shape + Shape{call.integer("num_heads")};
        for (const Value* x : {&query, &value})
            for (const int axis : axes.attended) shape = shape + Shape{x->shape[axis]};
        const Value scores{weights, shape};
        return axes.one_each() ? scores : reshaped(call, scores, shape);
    }

    /// The shape of what has the query's axes but the features, and then these.
    Ints behind_positions(const Ints& last) const {
        Ints shape(static_cast<size_t>(query.rank()) - 1, 0);
        shape.insert(shape.end(), last.begin(), last.end());
        return shape;
    }

    LayerCall& call;
    GraphWriter& graph;
    const Value query, value, key;
    const Axes axes;
};

}  // namespace

void add_multi_head(LayerWriters& writers) {
    writers["MultiHeadAttention"] = [](LayerCall& call) { return MultiHead(call).write(); };
}

}  // namespace keratin::onnx
