#include "onnx/import/graph.hpp"

#include <keratin/layers/global_average_pooling2d.hpp>
#include <keratin/layers/global_max_pooling2d.hpp>

namespace keratin::onnx {
namespace {

/// The axes of a reduction, an attribute or, later, an input; all where none are given.
Order axes_of(const Node& node, int rank, bool& nothing) {
    const bool given = node.has_attribute("axes") || node.has(1);
    const Ints named = node.has(1) ? node.ints_of_input(1) : node.ints("axes");
    if (given && !named.empty()) return node.axes(named, rank);
    nothing = node.integer("noop_with_empty_axes", 0) != 0;
    return natural_order(rank);
}

/// A mean or maximum of whole images is a layer.
bool by_pooling(const Node& node, const Operand& x, const Order& axes, bool keepdims) {
    if (x.is_constant() || x.dtype() != float32 || x.rank() != 4 || x.order != channels_last_order(4))
        return false;
    if (axes != Order{2, 3} && axes != Order{3, 2}) return false;
    KerasTensor y;
    if (node.op() == "ReduceMean")
        y = node.layer(layers::GlobalAveragePooling2D({.keepdims = keepdims, .name = node.layer_name()}),
                       x.x);
    else if (node.op() == "ReduceMax")
        y = node.layer(layers::GlobalMaxPooling2D({.keepdims = keepdims, .name = node.layer_name()}), x.x);
    else
        return false;
    node.give(dynamic_value(y, keepdims ? x.order : natural_order(2)));
    return true;
}

/// What is done to each element before, the reduction, and what is done after.
struct Reduction {
    const char *before, *function, *after;
};
const Reduction& reduction_of(const Node& node) {
    static const std::map<std::string_view, Reduction> all = {
        {"ReduceSum", {"", "numpy.Sum", ""}},
        {"ReduceMean", {"", "numpy.Mean", ""}},
        {"ReduceMax", {"", "numpy.Max", ""}},
        {"ReduceMin", {"", "numpy.Min", ""}},
        {"ReduceProd", {"", "numpy.Prod", ""}},
        {"ReduceLogSumExp", {"", "math.Logsumexp", ""}},
        {"ReduceL1", {"numpy.Absolute", "numpy.Sum", ""}},
        {"ReduceL2", {"numpy.Square", "numpy.Sum", "numpy.Sqrt"}},
        {"ReduceSumSquare", {"numpy.Square", "numpy.Sum", ""}},
        {"ReduceLogSum", {"", "numpy.Sum", "numpy.Log"}}};
    return all.at(node.op());
}

void reduce(const Node& node) {
    const Reduction& reduction = reduction_of(node);
    const Operand& given = node.input(0);
    const bool keepdims = node.integer("keepdims", 1) != 0;
    bool nothing = false;
    const Order axes = axes_of(node, given.rank(), nothing);
    if (!nothing && by_pooling(node, given, axes, keepdims)) return;
    Operand x = *reduction.before ? node.map(reduction.before, {given}) : given;
    if (!nothing) {
        const Order order =
            keepdims && !x.is_constant() && x.flattened.empty() ? x.order : natural_order(x.rank());
        Config::List places;
        for (const int axis : axes) places.emplace_back(order[static_cast<size_t>(axis)]);
        const Operand stored = x.is_constant() ? x : dynamic_value(node.stored(x, order));
        x = node.call(reduction.function, {stored},
                      Config::object({{"axis", places}, {"keepdims", keepdims}}));
        if (keepdims && !x.is_constant()) x.order = order;
    }
    if (*reduction.after) x = node.map(reduction.after, {x});
    node.give(node.cast(x, given.dtype()));
}

void place_of_extreme(const Node& node) {
    Operand x = node.natural(node.input(0));
    const int axis = node.axis(node.integer("axis", 0), x.rank());
    const bool last = node.integer("select_last_index", 0) != 0, keepdims = node.integer("keepdims", 1) != 0;
    if (last) x = node.call("numpy.Flip", {x}, Config::object({{"axis", axis}}));
    const char* function = node.op() == "ArgMax" ? "numpy.Argmax" : "numpy.Argmin";
    Operand y =
        node.cast(node.call(function, {x}, Config::object({{"axis", axis}, {"keepdims", keepdims}})), int64);
    if (last) {
        const int64_t extent = x.shape()[axis];
        if (extent == Shape::unknown) node.wrong("the extent of axis {} must be known", axis);
        y = node.call("numpy.Subtract", {constant_value(Tensor::scalar(extent - 1, int64)), y});
    }
    node.give(node.cast(y, int64));
}

/// x along an axis from a zero on, without its last: subtracting x from a sum would lose what x outweighs.
Operand behind_zero(const Node& node, const Operand& x, int axis) {
    Config::List widths(static_cast<size_t>(x.rank()), Config(Config::List{0, 0}));
    widths[static_cast<size_t>(axis)] = Config::List{1, 0};
    std::vector<Node::Range> ranges(static_cast<size_t>(axis) + 1);
    ranges.back().stop = -1;
    return node.sliced(node.call("numpy.Pad", {x}, Config::object({{"pad_width", widths}})), ranges);
}

void running_sum(const Node& node) {
    Operand x = node.natural(node.input(0));
    const int axis = node.axis(node.integer_of_input(1), x.rank());
    const Config along = Config::object({{"axis", axis}});
    const bool reverse = node.integer("reverse", 0) != 0, exclusive = node.integer("exclusive", 0) != 0;
    if (reverse) x = node.call("numpy.Flip", {x}, along);
    if (exclusive) x = behind_zero(node, x, axis);
    Operand y = node.call("numpy.Cumsum", {x}, along);
    if (reverse) y = node.call("numpy.Flip", {y}, along);
    node.give(node.cast(y, x.dtype()));
}

void largest(const Node& node) {
    if (node.integer("sorted", 1) == 0) node.wrong("keratin gives the largest in order only");
    Operand x = node.natural(node.input(0));
    const int axis = node.axis(node.integer("axis", -1), x.rank());
    const int64_t k = node.importer.opset() < 10 ? node.integer("k", 1) : node.integer_of_input(1);
    if (k < 0 || (x.shape()[axis] != Shape::unknown && k > x.shape()[axis]))
        node.wrong("k is {}, of {}", k, x.shape()[axis]);
    const bool least = node.integer("largest", 1) == 0;
    const DType dtype = x.dtype();
    const auto turned = [&](const Operand& y) {  // the other way round; no integer wraps
        if (is_floating(dtype)) return node.call("numpy.Negative", {y});
        const Operand last = constant_value(Tensor::scalar(dtype == uint8 ? 255 : -1, dtype));
        return node.cast(node.call("numpy.Subtract", {last, y}), dtype);
    };
    if (least) x = turned(x);
    const Config swap = Config::object({{"axis1", axis}, {"axis2", -1}});
    if (axis != x.rank() - 1) x = node.call("numpy.Swapaxes", {x}, swap);
    std::vector<Operand> found = node.call_all("math.TopK", {x}, Config::object({{"k", k}}));
    if (axis != x.rank() - 1)
        for (Operand& one : found) one = node.call("numpy.Swapaxes", {one}, swap);
    node.give(0, least ? turned(found[0]) : found[0]);
    node.give(1, node.cast(found[1], int64));
}

}  // namespace

void add_reductions(OperatorReaders& readers) {
    for (const char* op : {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd",
                           "ReduceLogSumExp", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum"})
        readers[op] = reduce;
    readers["ArgMax"] = readers["ArgMin"] = place_of_extreme;
    readers["CumSum"] = running_sum;
    readers["TopK"] = largest;
}

}  // namespace keratin::onnx
