#include "onnx/import/graph.hpp"

#include <keratin/layers/zero_padding1d.hpp>
#include <keratin/layers/zero_padding2d.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::onnx {
namespace {

/// Zeros around images and sequences are a layer.
bool by_zero_padding(const Node& node, const Operand& x, const Ints& before, const Ints& after) {
    if (x.is_constant() || x.dtype() != float32 || (x.rank() != 3 && x.rank() != 4)) return false;
    if (x.order != channels_last_order(x.rank()) || before[0] || after[0] || before[1] || after[1])
        return false;
    for (size_t i = 2; i < before.size(); ++i)
        if (before[i] < 0 || after[i] < 0) return false;
    Operand y = x;
    if (x.rank() == 3)
        y.x = node.layer(layers::ZeroPadding1D({before[2], after[2]}, {.name = node.layer_name()}), x.x);
    else
        y.x = node.layer(
            layers::ZeroPadding2D({before[2], after[2]}, {before[3], after[3]}, {.name = node.layer_name()}),
            x.x);
    node.give(y);
    return true;
}

/// The first and last of each axis again: taken by indices that stay within.
Operand with_edges(const Node& node, Operand x, const Ints& before, const Ints& after) {
    for (size_t i = 0; i < before.size(); ++i) {
        if (before[i] == 0 && after[i] == 0) continue;
        const auto axis = static_cast<int>(i);
        const int64_t extent = x.shape()[axis];
        if (extent < 1) node.wrong("axis {} of input {} must be known", axis, x.shape());
        const Tensor places = clip(arange(-before[i], extent + after[i], 1, int64), 0, extent - 1);
        x = node.call("numpy.Take", {x, constant_value(places)}, Config::object({{"axis", axis}}));
    }
    return x;
}

/// By how much each axis of x grows; negative ones are cut off.
struct Pads {
    Ints before, after;

    Pads(const Node& node, const Operand& x);
    bool any() const {
        const auto some = [](int64_t side) { return side != 0; };
        return std::any_of(before.begin(), before.end(), some) ||
               std::any_of(after.begin(), after.end(), some);
    }
};

Pads::Pads(const Node& node, const Operand& x)
    : before(static_cast<size_t>(x.rank()), 0), after(static_cast<size_t>(x.rank()), 0) {
    const bool old = node.importer.opset() < 11;
    const Ints pads =
        old ? node.ints(node.importer.opset() < 2 ? "paddings" : "pads") : node.ints_of_input(1);
    Order axes = natural_order(x.rank());
    if (!old && node.has(3)) axes = node.axes(node.ints_of_input(3), x.rank());
    if (pads.size() != 2 * axes.size()) node.wrong("it has {} pads for {} axes", pads.size(), axes.size());
    for (const int64_t side : pads)
        if (side > INT32_MAX || side < INT32_MIN) node.wrong("a pad is {}", side);
    for (size_t i = 0; i < axes.size(); ++i) {
        before[static_cast<size_t>(axes[i])] = pads[i];
        after[static_cast<size_t>(axes[i])] = pads[i + axes.size()];
    }
    Ints result(before.size());
    for (size_t i = 0; i < result.size(); ++i) {
        const int64_t extent = x.shape()[static_cast<int>(i)];
        result[i] = extent == Shape::unknown ? extent : extent + before[i] + after[i];
    }
    node.check_size(result);
}

/// x without what negative pads cut off, which are none then.
Operand cut(const Node& node, const Operand& x, Pads& pads) {
    std::vector<Node::Range> ranges(pads.before.size());
    bool cuts = false;
    for (size_t i = 0; i < ranges.size(); ++i) {
        int64_t &before = pads.before[i], &after = pads.after[i];
        if (before < 0) ranges[i].start = -before;
        if (after < 0) ranges[i].stop = after;
        cuts = cuts || before < 0 || after < 0;
        before = std::max<int64_t>(before, 0);
        after = std::max<int64_t>(after, 0);
    }
    return cuts ? node.sliced(x, ranges) : x;
}

Operand by_function(const Node& node, const Operand& x, const Pads& pads, const std::string& mode,
                    double value) {
    const Order order = x.is_constant() ? natural_order(x.rank()) : x.order;
    Config::List widths(order.size());
    for (size_t i = 0; i < order.size(); ++i)
        widths[static_cast<size_t>(order[i])] = Config::List{pads.before[i], pads.after[i]};
    std::map<size_t, Config> literals;
    if (value != 0 && mode == "constant") literals[1] = value;
    Operand y = node.call_all("numpy.Pad", {x.is_constant() ? x : dynamic_value(x.x)},
                              Config::object({{"pad_width", widths}, {"mode", mode}}), literals)
                    .front();
    if (!x.is_constant()) y.order = order;
    return y;
}

void pad_axes(const Node& node) {
    const bool old = node.importer.opset() < 11;
    Operand x = node.input(0);
    if (!x.flattened.empty()) x = node.natural(x);
    Pads pads(node, x);
    const std::string mode = node.text("mode", "constant");
    const double value = old ? node.number("value", 0) : node.has(2) ? node.number_of_input(2) : 0;
    if (!pads.any()) return node.give(x);
    if (mode == "constant" && value == 0 && by_zero_padding(node, x, pads.before, pads.after)) return;
    x = cut(node, x, pads);
    if (mode == "edge") return node.give(with_edges(node, x, pads.before, pads.after));
    if (mode != "reflect" && mode != "constant")
        node.wrong("mode is '{}'; keratin reads constant, edge and reflect", mode);
    node.give(by_function(node, x, pads, mode, value));
}

}  // namespace

void add_padding(OperatorReaders& readers) {
    readers["Pad"] = pad_axes;
}

}  // namespace keratin::onnx
