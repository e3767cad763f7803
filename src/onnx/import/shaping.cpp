#include "onnx/import/graph.hpp"

#include <keratin/layers/flatten.hpp>
#include <keratin/layers/reshape.hpp>
#include <keratin/ops/shaping.hpp>

#include <numeric>

namespace keratin::onnx {
namespace {

Config list_of(const Ints& values) {
    return Config::List(values.begin(), values.end());
}

/// x with this shape; of it -1 is what is left, and the batch stays the first axis where it was. Where that
/// is certain, one more extent may be open.
Operand with_shape(const Node& node, const Operand& x, const Ints& shape, bool batch_stays = false) {
    node.check_size(shape);
    if (x.is_constant() || x.dtype() == bool_)
        return node.call("numpy.Reshape", {x}, Config::object({{"newshape", list_of(shape)}}));
    const Operand y = node.natural(x);
    const Shape from = y.x.shape();
    const auto rest = [](auto begin, auto end) {
        return std::accumulate(begin, end, int64_t{1}, std::multiplies<>());
    };
    const auto open = std::count(shape.begin() + (shape.empty() ? 0 : 1), shape.end(), Shape::unknown);
    const bool keeps_batch = !shape.empty() && from.rank() > 0 && open == 0 &&
                             from.slice(1, from.rank()).is_static() &&
                             rest(from.begin() + 1, from.end()) == rest(shape.begin() + 1, shape.end()) &&
                             (shape[0] == Shape::unknown || shape[0] == from[0]);
    if (keeps_batch || (batch_stays && open <= 1) ||
        (open == 1 && from.rank() > 0 && shape[0] == from[0] && shape[0] != Shape::unknown)) {
        Ints target(shape.begin() + 1, shape.end());
        return dynamic_value(node.layer(layers::Reshape(Shape(target), {.name = node.layer_name()}), y.x));
    }
    return node.call("numpy.Reshape", {y}, Config::object({{"newshape", list_of(shape)}}));
}

/// Images that become rows: the order of their numbers is put off.
bool flattened(const Node& node, const Operand& x) {
    if (x.is_constant() || x.rank() < 3 || x.order != channels_last_order(x.rank()) || x.dtype() != float32)
        return false;
    const Shape shape = x.shape();
    const Ints image(shape.begin() + 1, shape.end());
    if (!shape.slice(1, shape.rank()).is_static()) return false;
    Operand y = dynamic_value(node.layer(layers::Flatten({.name = node.layer_name()}), x.x));
    const bool one_pixel = std::all_of(image.begin() + 1, image.end(), [](int64_t n) { return n == 1; });
    if (!one_pixel && image[0] != 1) y.flattened = image;
    node.give(y);
    return true;
}

/// Known extents, with -1 for those that are not.
Ints extents_of(const Operand& x) {
    const Shape shape = x.shape();
    return {shape.begin(), shape.end()};
}

int64_t product(const Ints& extents, size_t begin, size_t end) {
    int64_t result = 1;
    for (size_t i = begin; i < end; ++i)
        result = extents[i] == Shape::unknown || result < 0 ? -1 : result * extents[i];
    return result;
}

void flatten(const Node& node) {
    const Operand& x = node.input(0);
    const int64_t given = node.integer("axis", 1);
    const auto axis = static_cast<size_t>(given == x.rank() ? x.rank() : node.axis(given, x.rank()));
    if (axis == 1 && flattened(node, x)) return;
    const Ints extents = extents_of(x);
    Ints shape = {product(extents, 0, axis), product(extents, axis, extents.size())};
    if (shape[0] < 0 && shape[1] < 0) node.wrong("input of shape {} has too many open extents", x.shape());
    node.give(with_shape(node, x, shape));
}

/// The extent that is -1, where the others say it. One that is open and copied stays so.
void worked_out(const Node& node, const Ints& extents, Ints& shape, std::vector<bool> copied) {
    const auto is_open = [](int64_t extent) { return extent == Shape::unknown; };
    if (shape.empty()) return;
    // Of two, one of them in front, that is the batch.
    if (std::count_if(shape.begin(), shape.end(), is_open) == 2 && is_open(shape[0]) && !extents.empty() &&
        is_open(extents[0]))
        copied[0] = true;
    int64_t from = 1, to = 1;
    ptrdiff_t kept = 0;
    size_t wanted = shape.size();
    for (size_t i = 0; i < shape.size(); ++i) {
        if (is_open(shape[i]) && copied[i])
            ++kept;
        else if (is_open(shape[i]) && wanted < shape.size())
            return;  // of two, nothing says either
        else if (is_open(shape[i]))
            wanted = i;
        else if (__builtin_mul_overflow(to, shape[i], &to))
            node.wrong("its shape is beyond what can be");
    }
    const ptrdiff_t open = std::count_if(extents.begin(), extents.end(), is_open);
    for (const int64_t extent : extents)
        if (!is_open(extent) && __builtin_mul_overflow(from, extent, &from))
            node.wrong("its input is beyond what can be");
    if (wanted == shape.size() || open != kept || to == 0) return;
    if (from % to)
        node.wrong("its input has extents ({}), it makes ({})", fmt::join(extents, ", "),
                   fmt::join(shape, ", "));
    shape[wanted] = from / to;
}

/// The last axes become others, and those before stay, in whatever order they are stored.
bool joined_at_the_end(const Node& node, const Operand& x, const Ints& extents, const Ints& shape) {
    if (x.is_constant() || !x.flattened.empty() || x.order == natural_order(x.rank()) || x.x.dtype() == bool_)
        return false;
    size_t same = 0;
    while (same < extents.size() && same < shape.size() && extents[same] == shape[same]) ++same;
    const auto p = static_cast<int>(same);
    for (int axis = 0; axis < x.rank(); ++axis) {
        const int stored = x.order[static_cast<size_t>(axis)];
        if (axis < p ? stored >= p : stored != axis) return false;
    }
    Ints target;
    Order order;
    for (int axis = 0; axis < static_cast<int>(shape.size()); ++axis) {
        target.push_back(axis < p ? x.x.shape()[axis] : shape[static_cast<size_t>(axis)]);
        order.push_back(axis < p ? x.order[static_cast<size_t>(axis)] : axis);
    }
    const bool batch_stays = p > 0 && target[0] == Shape::unknown;
    if (std::count(target.begin(), target.end(), Shape::unknown) > (batch_stays ? 2 : 1)) return false;
    node.give(dynamic_value(with_shape(node, dynamic_value(x.x), target, batch_stays).x, order));
    return true;
}

void reshape(const Node& node) {
    const Operand& x = node.input(0);
    Ints shape = node.importer.opset() < 5 ? node.ints("shape") : node.extents_of_input(1);
    const Ints extents = extents_of(x);
    const bool zeros_stay = node.integer("allowzero", 0) == 0;
    std::vector<bool> copied(shape.size());
    for (size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] < -1) node.wrong("its shape has the extent {}", shape[i]);
        if (shape[i] != 0 || !zeros_stay) continue;
        if (i >= extents.size()) node.wrong("its shape copies axis {}, which its input does not have", i);
        shape[i] = extents[i];
        copied[i] = true;
    }
    if (shape.size() == 2 && !x.is_constant() && x.rank() > 2) {
        const int64_t size = product(extents, 1, extents.size());
        const bool same_batch = shape[0] == extents[0] || (shape[0] == -1 && shape[1] == size);
        if (same_batch && (shape[1] == -1 || shape[1] == size) && flattened(node, x)) return;
    }
    worked_out(node, extents, shape, copied);
    const auto open = std::count(shape.begin(), shape.end(), -1);
    bool all_copied = true;
    for (size_t i = 0; i < shape.size(); ++i) all_copied = all_copied && (shape[i] != -1 || copied[i]);
    if ((open <= 1 || all_copied) && joined_at_the_end(node, x, extents, shape)) return;
    const bool batch_stays = open > 0 && copied[0] && shape[0] == -1;
    if (open > (batch_stays ? 2 : 1))
        node.wrong("of its shape ({}) more than one extent is open", fmt::join(shape, ", "));
    node.give(with_shape(node, x, shape, batch_stays));
}

void transpose_axes(const Node& node) {
    const Operand& x = node.input(0);
    Ints given = node.ints("perm");
    const int rank = x.rank();
    if (given.empty())
        for (int axis = rank - 1; axis >= 0; --axis) given.push_back(axis);
    const Order order = node.axes(given, rank);
    if (static_cast<int>(order.size()) != rank)
        node.wrong("perm names {} axes, its input has {}", order.size(), rank);
    if (x.is_constant()) return node.give(rank ? shape_value(transpose(x.constant, order), x.open) : x);
    Operand y = x.flattened.empty() ? x : node.natural(x);
    const Order before = y.order;
    for (size_t i = 0; i < order.size(); ++i) y.order[i] = before[static_cast<size_t>(order[i])];
    node.give(y);
}

Ints axes_given(const Node& node) {
    return node.has(1) ? node.ints_of_input(1) : node.ints("axes");
}

/// Without axes of extent 1, which also leave what is stored.
void squeeze_axes(const Node& node) {
    Operand x = node.input(0);
    if (!x.flattened.empty()) x = node.natural(x);
    const Ints extents = extents_of(x);
    Ints named = axes_given(node);
    if (named.empty())
        for (size_t i = 0; i < extents.size(); ++i)
            if (extents[i] == 1) named.push_back(static_cast<int64_t>(i));
    const Order axes = node.axes(named, x.rank());
    const auto gone = [&](int axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); };
    for (const int axis : axes)
        if (extents[static_cast<size_t>(axis)] != 1)
            node.wrong("axis {} of input {} is not of extent 1", axis, x.shape());
    const auto is_batch = [&](int axis) { return x.order[static_cast<size_t>(axis)] == 0; };
    if (axes.empty()) return node.give(x);
    if (x.is_constant() || std::any_of(axes.begin(), axes.end(), is_batch))
        return node.give(node.call("numpy.Squeeze", {x},
                                   Config::object({{"axis", Config::List(axes.begin(), axes.end())}})));
    // Of what is stored, the same axes go; the order of the others stays.
    Order order;
    for (int axis = 0; axis < x.rank(); ++axis)
        if (!gone(axis)) order.push_back(x.order[static_cast<size_t>(axis)]);
    Ints target;
    Order sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (const int stored : sorted) target.push_back(x.x.shape()[stored]);
    for (int& one : order)
        one = static_cast<int>(std::find(sorted.begin(), sorted.end(), one) - sorted.begin());
    const auto open = std::count(target.begin(), target.end(), Shape::unknown);
    if (open > (target[0] == Shape::unknown ? 2 : 1)) {
        Config::List stored_axes;
        for (const int axis : axes) stored_axes.emplace_back(x.order[static_cast<size_t>(axis)]);
        const Operand stored = node.call("numpy.Squeeze", {dynamic_value(x.x)},
                                         Config::object({{"axis", std::move(stored_axes)}}));
        return node.give(dynamic_value(stored.x, order));
    }
    const Operand stored = with_shape(node, dynamic_value(x.x), target, true);
    node.give(dynamic_value(stored.x, order));
}

void unsqueeze_axes(const Node& node) {
    Operand x = node.input(0);
    const Ints named = axes_given(node);
    const int rank = x.rank() + static_cast<int>(named.size());
    if (rank > Shape::max_rank) node.wrong("its result has {} axes; there may be {}", rank, Shape::max_rank);
    Order axes = node.axes(named, rank);
    std::sort(axes.begin(), axes.end());
    const Ints known = extents_of(x);
    const bool batch_is_open = !x.is_constant() && x.rank() > 0 && x.x.shape()[0] == Shape::unknown;
    const bool several_open =
        std::count(known.begin(), known.end(), Shape::unknown) > (batch_is_open ? 2 : 1);
    if (x.is_constant() || axes.empty() || axes.front() == 0 || several_open) {
        for (const int axis : axes) x = node.call("numpy.ExpandDims", {x}, Config::object({{"axis", axis}}));
        return node.give(x);
    }
    // New axes stand at the end of what is stored, unless that is in order anyway.
    if (!x.flattened.empty() || x.order == natural_order(x.rank())) {
        Ints shape = extents_of(x);
        for (const int axis : axes) shape.insert(shape.begin() + axis, 1);
        return node.give(with_shape(node, x, shape, true));
    }
    const Shape stored_shape = x.x.shape();
    Ints shape(stored_shape.begin(), stored_shape.end());
    Order order = x.order;
    for (const int axis : axes) {
        order.insert(order.begin() + axis, static_cast<int>(shape.size()));
        shape.push_back(1);
    }
    node.give(dynamic_value(with_shape(node, dynamic_value(x.x), shape, true).x, order));
}

}  // namespace

void add_shaping(OperatorReaders& readers) {
    readers["Flatten"] = flatten;
    readers["Reshape"] = reshape;
    readers["Transpose"] = transpose_axes;
    readers["Squeeze"] = squeeze_axes;
    readers["Unsqueeze"] = unsqueeze_axes;
}

}  // namespace keratin::onnx
