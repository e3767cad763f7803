#include "onnx/import/graph.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::onnx {
namespace {

Ints broadcast(const Node& node, const Shape& a, const Ints& b) {
    Ints result(std::max(static_cast<size_t>(a.rank()), b.size()), 1);
    for (size_t i = 0; i < result.size(); ++i) {
        const size_t behind = result.size() - i;
        const int64_t first = behind > static_cast<size_t>(a.rank()) ? 1 : a[-static_cast<int>(behind)];
        const int64_t second = behind > b.size() ? 1 : b[b.size() - behind];
        if (first != second && first != 1 && second != 1 && first != -1 && second != -1)
            node.wrong("input of shape {} does not broadcast to ({})", a, fmt::join(b, ", "));
        result[i] = first == 1 || (first == Shape::unknown && second != 1) ? second : first;
    }
    return result;
}

void expand(const Node& node) {
    const Operand& x = node.input(0);
    const Ints wanted = node.extents_of_input(1);
    const Ints shape = broadcast(node, x.shape(), wanted);
    for (size_t i = 0; i < shape.size(); ++i) {
        const int axis = x.rank() - static_cast<int>(shape.size() - i);
        if (shape[i] == Shape::unknown && (axis < 0 || x.shape()[axis] != Shape::unknown))
            node.wrong("it repeats input of shape {} by an extent that is not known before data comes in",
                       x.shape());
    }
    node.check_size(wanted);
    node.check_size(shape);
    if (std::count(shape.begin(), shape.end(), Shape::unknown) == 0)
        return node.give(node.call("numpy.BroadcastTo", {x},
                                   Config::object({{"shape", Config::List(shape.begin(), shape.end())}})));
    // What is open is x's own; ones of the rest make the same.
    Ints ones_shape = wanted;
    for (int64_t& extent : ones_shape)
        if (extent < 0) extent = 1;
    node.give(node.map("numpy.Multiply", {x, constant_value(ones(Shape(ones_shape), x.dtype()))}));
}

void tile(const Node& node) {
    const Operand& x = node.input(0);
    const Ints repeats = node.ints_of_input(1);
    if (static_cast<int>(repeats.size()) != x.rank())
        node.wrong("it has {} repeats for {} axes", repeats.size(), x.rank());
    Ints shape;
    for (size_t i = 0; i < repeats.size(); ++i) {
        const int64_t extent = x.shape()[static_cast<int>(i)];
        if (repeats[i] < 0 || repeats[i] > INT32_MAX) node.wrong("it repeats {} times", repeats[i]);
        shape.push_back(extent == Shape::unknown ? repeats[i]
                                                 : std::min<int64_t>(extent, INT32_MAX) * repeats[i]);
    }
    node.check_size(shape);
    node.give(node.call("numpy.Tile", {x},
                        Config::object({{"repeats", Config::List(repeats.begin(), repeats.end())}})));
}

}  // namespace

void add_repeating(OperatorReaders& readers) {
    readers["Expand"] = expand;
    readers["Tile"] = tile;
}

}  // namespace keratin::onnx
