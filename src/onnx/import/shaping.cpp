#include "onnx/import/graph.hpp"

#include <keratin/layers/concatenate.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/reshape.hpp>
#include <keratin/ops/shaping.hpp>

#include <numeric>

namespace keratin::onnx {
namespace {

Config list_of(const Ints& values) {
    return Config::List(values.begin(), values.end());
}

/// x with this shape; of it -1 is what is left, and the batch stays the first axis where it was.
Value with_shape(const Node& node, const Value& x, const Ints& shape) {
    node.check_size(shape);
    if (x.is_constant() || x.dtype() == bool_) return node.call("numpy.Reshape", {x}, Config::object({{"newshape", list_of(shape)}}));
    const Value y = node.natural(x);
    const Shape from = y.x.shape();
    const auto rest = [](auto begin, auto end) { return std::accumulate(begin, end, int64_t{1}, std::multiplies<>()); };
    const auto open = std::count(shape.begin() + (shape.empty() ? 0 : 1), shape.end(), Shape::unknown);
    const bool keeps_batch = !shape.empty() && open == 0 && from.slice(1, from.rank()).is_static() &&
                             rest(from.begin() + 1, from.end()) == rest(shape.begin() + 1, shape.end()) &&
                             (shape[0] == Shape::unknown || shape[0] == from[0]);
    if (keeps_batch || (open == 1 && shape[0] == from[0] && shape[0] != Shape::unknown)) {
        Ints target(shape.begin() + 1, shape.end());
        return dynamic_value(node.layer(layers::Reshape(Shape(target), {.name = node.layer_name()}), y.x));
    }
    return node.call("numpy.Reshape", {y}, Config::object({{"newshape", list_of(shape)}}));
}

/// Images that become rows: the order of their numbers is put off.
bool flattened(const Node& node, const Value& x) {
    if (x.is_constant() || x.rank() < 3 || x.order != channels_last_order(x.rank()) || x.dtype() != float32) return false;
    const Shape shape = x.shape();
    const Ints image(shape.begin() + 1, shape.end());
    if (!shape.slice(1, shape.rank()).is_static()) return false;
    Value y = dynamic_value(node.layer(layers::Flatten({.name = node.layer_name()}), x.x));
    const bool one_pixel = std::all_of(image.begin() + 1, image.end(), [](int64_t n) { return n == 1; });
    if (!one_pixel && image[0] != 1) y.flattened = image;
    node.give(y);
    return true;
}

/// Known extents, with -1 for those that are not.
Ints extents_of(const Value& x) {
    const Shape shape = x.shape();
    return {shape.begin(), shape.end()};
}

int64_t product(const Ints& extents, size_t begin, size_t end) {
    int64_t result = 1;
    for (size_t i = begin; i < end; ++i) result = extents[i] == Shape::unknown || result < 0 ? -1 : result * extents[i];
    return result;
}

void flatten(const Node& node) {
    const Value& x = node.input(0);
    const int64_t given = node.integer("axis", 1);
    const auto axis = static_cast<size_t>(given == x.rank() ? x.rank() : node.axis(given, x.rank()));
    if (axis == 1 && flattened(node, x)) return;
    const Ints extents = extents_of(x);
    Ints shape = {product(extents, 0, axis), product(extents, axis, extents.size())};
    if (shape[0] < 0 && shape[1] < 0) node.wrong("input of shape {} has too many open extents", x.shape());
    node.give(with_shape(node, x, shape));
}

void reshape(const Node& node) {
    const Value& x = node.input(0);
    Ints shape = node.importer.opset() < 5 ? node.ints("shape") : node.ints_of_input(1);
    const Ints extents = extents_of(x);
    const bool zeros_stay = node.integer("allowzero", 0) == 0;
    for (size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] < -1) node.wrong("its shape has the extent {}", shape[i]);
        if (shape[i] != 0 || !zeros_stay) continue;
        if (i >= extents.size()) node.wrong("its shape copies axis {}, which its input does not have", i);
        shape[i] = extents[i];
    }
    if (shape.size() == 2 && !x.is_constant() && x.rank() > 2) {
        const int64_t size = product(extents, 1, extents.size());
        const bool same_batch = shape[0] == extents[0] || (shape[0] == -1 && shape[1] == size);
        if (same_batch && (shape[1] == -1 || shape[1] == size) && flattened(node, x)) return;
    }
    // Where all is known, -1 is worked out; one may stand for the batch.
    const int64_t all = product(extents, 0, extents.size());
    const auto open = std::count(shape.begin(), shape.end(), -1);
    if (open == 1 && all > 0) {
        int64_t known = 1;
        for (const int64_t extent : shape)
            if (extent >= 0 && __builtin_mul_overflow(known, extent, &known)) node.wrong("its shape is beyond what can be");
        if (known == 0 || all % known) node.wrong("its input has shape {}, it makes ({})", x.shape(), fmt::join(shape, ", "));
        *std::find(shape.begin(), shape.end(), -1) = all / known;
    }
    // All of one sample's numbers stay in it when the rest of the shape says so.
    if (open > 1 && shape[0] == -1 && extents[0] == Shape::unknown) {
        const int64_t sample = product(extents, 1, extents.size());
        int64_t known = 1;
        for (size_t i = 1; i < shape.size(); ++i) known *= shape[i] == -1 ? 1 : shape[i];
        if (open == 2 && sample > 0 && known > 0 && sample % known == 0)
            *std::find(shape.begin() + 1, shape.end(), -1) = sample / known;
    }
    if (std::count(shape.begin(), shape.end(), -1) > 1)
        node.wrong("of its shape ({}) more than one extent is open", fmt::join(shape, ", "));
    node.give(with_shape(node, x, shape));
}

void transpose_axes(const Node& node) {
    const Value& x = node.input(0);
    Ints given = node.ints("perm");
    const int rank = x.rank();
    if (given.empty())
        for (int axis = rank - 1; axis >= 0; --axis) given.push_back(axis);
    const Order order = node.axes(given, rank);
    if (static_cast<int>(order.size()) != rank) node.wrong("perm names {} axes, its input has {}", order.size(), rank);
    if (x.is_constant()) return node.give(constant_value(rank ? transpose(x.constant, order) : x.constant));
    Value y = x.flattened.empty() ? x : node.natural(x);
    const Order before = y.order;
    for (size_t i = 0; i < order.size(); ++i) y.order[i] = before[static_cast<size_t>(order[i])];
    node.give(y);
}

Ints axes_given(const Node& node) {
    return node.has(1) ? node.ints_of_input(1) : node.ints("axes");
}

/// Without axes of extent 1, which also leave what is stored.
void squeeze_axes(const Node& node) {
    Value x = node.input(0);
    if (!x.flattened.empty()) x = node.natural(x);
    const Ints extents = extents_of(x);
    Ints named = axes_given(node);
    if (named.empty())
        for (size_t i = 0; i < extents.size(); ++i)
            if (extents[i] == 1) named.push_back(static_cast<int64_t>(i));
    const Order axes = node.axes(named, x.rank());
    const auto gone = [&](int axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); };
    for (const int axis : axes)
        if (extents[static_cast<size_t>(axis)] != 1) node.wrong("axis {} of input {} is not of extent 1", axis, x.shape());
    const auto is_batch = [&](int axis) { return x.order[static_cast<size_t>(axis)] == 0; };
    if (axes.empty()) return node.give(x);
    if (x.is_constant() || std::any_of(axes.begin(), axes.end(), is_batch))
        return node.give(node.call("numpy.Squeeze", {x}, Config::object({{"axis", Config::List(axes.begin(), axes.end())}})));
    // Of what is stored, the same axes go; the order of the others stays.
    Order order;
    for (int axis = 0; axis < x.rank(); ++axis)
        if (!gone(axis)) order.push_back(x.order[static_cast<size_t>(axis)]);
    Ints target;
    Order sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (const int stored : sorted) target.push_back(x.x.shape()[stored]);
    for (int& one : order) one = static_cast<int>(std::find(sorted.begin(), sorted.end(), one) - sorted.begin());
    const Value stored = with_shape(node, dynamic_value(x.x), target);
    node.give(dynamic_value(stored.x, order));
}

void unsqueeze_axes(const Node& node) {
    Value x = node.input(0);
    const Ints named = axes_given(node);
    const int rank = x.rank() + static_cast<int>(named.size());
    if (rank > Shape::max_rank) node.wrong("its result has {} axes; there may be {}", rank, Shape::max_rank);
    Order axes = node.axes(named, rank);
    std::sort(axes.begin(), axes.end());
    if (x.is_constant() || axes.empty() || axes.front() == 0) {
        for (const int axis : axes) x = node.call("numpy.ExpandDims", {x}, Config::object({{"axis", axis}}));
        return node.give(x);
    }
    // New axes stand at the end of what is stored, unless that is in order anyway.
    if (!x.flattened.empty() || x.order == natural_order(x.rank())) {
        Ints shape = extents_of(x);
        for (const int axis : axes) shape.insert(shape.begin() + axis, 1);
        return node.give(with_shape(node, x, shape));
    }
    const Shape stored_shape = x.x.shape();
    Ints shape(stored_shape.begin(), stored_shape.end());
    Order order = x.order;
    for (const int axis : axes) {
        order.insert(order.begin() + axis, static_cast<int>(shape.size()));
        shape.push_back(1);
    }
    node.give(dynamic_value(with_shape(node, dynamic_value(x.x), shape).x, order));
}

void concatenate(const Node& node) {
    std::vector<Value> parts;
    const Value* first = nullptr;
    bool open = false;
    for (size_t i = 0; i < node.inputs(); ++i) {
        parts.push_back(node.input(i));
        if (!parts.back().is_constant() && !first) first = &node.input(i);
        open = open || parts.back().open;
    }
    const int rank = parts.front().rank();
    const int axis = node.axis(node.integer("axis", 1), rank);
    for (const Value& part : parts)
        if (part.rank() != rank) node.wrong("its inputs have ranks {} and {}", rank, part.rank());
    if (!first) {
        std::vector<Tensor> tensors;
        for (const Value& part : parts) tensors.push_back(part.constant);
        Value y = constant_value(concat(tensors, axis));
        y.open = open;
        return node.give(y);
    }
    if (parts.size() == 1) return node.give(parts.front());
    const Order order = first->flattened.empty() ? first->order : natural_order(rank);
    bool layer = true;
    std::vector<KerasTensor> inputs;
    for (Value& part : parts) {
        layer = layer && !part.is_constant() && part.dtype() == float32;
        part = part.is_constant() ? constant_value(in_storage(part.constant, order)) : dynamic_value(node.stored(part, order));
        inputs.push_back(part.x);
    }
    const int place = order[static_cast<size_t>(axis)];
    Value y;
    if (layer && place > 0)
        y = dynamic_value(node.layer(std::make_shared<layers::Concatenate>(layers::ConcatenateOptions{.axis = place, .name = node.layer_name()}), inputs));
    else
        y = node.call("numpy.Concatenate", parts, Config::object({{"axis", place}}));
    y.order = order;
    node.give(y);
}

}  // namespace

void add_shaping(OperatorReaders& readers) {
    readers["Flatten"] = flatten;
    readers["Reshape"] = reshape;
    readers["Transpose"] = transpose_axes;
    readers["Squeeze"] = squeeze_axes;
    readers["Unsqueeze"] = unsqueeze_axes;
    readers["Concat"] = concatenate;
}

}  // namespace keratin::onnx
