#include "onnx/import/graph.hpp"

#include <keratin/layers/dropout.hpp>
#include <keratin/layers/zero_padding1d.hpp>
#include <keratin/layers/zero_padding2d.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <numeric>

namespace keratin::onnx {
namespace {

using Range = Node::Range;

void split(const Node& node) {
    const Operand& x = node.input(0);
    const int axis = node.axis(node.integer("axis", 0), x.rank());
    const int64_t extent = x.shape()[axis], count = node.integer("num_outputs", node.proto.output_size());
    Ints parts = node.has(1) ? node.ints_of_input(1) : node.ints("split");
    if (parts.empty()) {
        if (extent == Shape::unknown || count < 1 || count > 4096)
            node.wrong("the extent of axis {} must be known", axis);
        const int64_t each = (extent + count - 1) / count;
        for (int64_t i = 0; i < count; ++i)
            parts.push_back(std::max<int64_t>(0, std::min(each, extent - i * each)));
    }
    if (static_cast<int>(parts.size()) != node.proto.output_size())
        node.wrong("it makes {} parts and has {} outputs", parts.size(), node.proto.output_size());
    int64_t begin = 0;
    std::vector<Range> ranges(static_cast<size_t>(axis) + 1);
    for (size_t i = 0; i < parts.size(); ++i) {
        if (parts[i] < 0 || parts[i] > INT64_MAX - begin ||
            (extent != Shape::unknown && parts[i] > extent - begin))
            node.wrong("its parts ({}) are not the {} there are", fmt::join(parts, ", "), extent);
        ranges.back() = {begin, begin + parts[i], 1};
        begin += parts[i];
        node.give(i, node.sliced(x, ranges));
    }
    if (extent != Shape::unknown && begin != extent)
        node.wrong("its parts ({}) are not the {} there are", fmt::join(parts, ", "), extent);
}

/// Bounds as ONNX has them: a negative one counts from the end, and what is beyond is cut.
Range range_of(const Node& node, int64_t start, int64_t stop, int64_t step, int64_t extent) {
    if (step == 0 || step == INT64_MIN) node.wrong("a step is {}", step);
    if (extent == Shape::unknown) {
        if (step < 0) node.wrong("it runs backwards along an axis whose extent is not known");
        return {start, stop > INT32_MAX ? INT64_MAX : stop, step};
    }
    const auto counted = [&](int64_t bound) {
        return bound < 0 ? std::max<int64_t>(bound, -extent - 1) + extent : bound;
    };
    if (step > 0)
        return {std::clamp<int64_t>(counted(start), 0, extent), std::clamp<int64_t>(counted(stop), 0, extent),
                step};
    start = std::clamp<int64_t>(counted(start), -1, extent - 1);
    stop = std::clamp<int64_t>(counted(stop), -1, extent - 1);
    if (start < 0 || stop >= start) return {0, 0, 1};
    return {start, stop < 0 ? INT64_MAX : stop, step};
}

void slice_axes(const Node& node) {
    const Operand& x = node.input(0);
    const bool old = node.importer.opset() < 10;
    const Ints starts = old ? node.ints("starts") : node.ints_of_input(1);
    const Ints ends = old ? node.ints("ends") : node.ints_of_input(2);
    Ints named = old ? node.ints("axes") : node.has(3) ? node.ints_of_input(3) : Ints{};
    const Ints steps = !old && node.has(4) ? node.ints_of_input(4) : Ints(starts.size(), 1);
    if (named.empty())
        for (size_t i = 0; i < starts.size(); ++i) named.push_back(static_cast<int64_t>(i));
    if (ends.size() != starts.size() || named.size() != starts.size() || steps.size() != starts.size())
        node.wrong("it has {} starts, {} ends, {} axes and {} steps", starts.size(), ends.size(),
                   named.size(), steps.size());
    const Order axes = node.axes(named, x.rank());
    std::vector<Range> ranges(static_cast<size_t>(x.rank()));
    for (size_t i = 0; i < axes.size(); ++i)
        ranges[static_cast<size_t>(axes[i])] =
            range_of(node, starts[i], ends[i], steps[i], x.shape()[axes[i]]);
    node.give(node.sliced(x, ranges));
}

void gather_along(const Node& node) {
    const Operand &x = node.input(0), &indices = node.input(1);
    const int axis = node.axis(node.integer("axis", 0), x.rank());
    if (indices.open) node.wrong("its indices are extents that are not known before data comes in");
    if (x.is_constant() && indices.is_constant()) {  // may be a shape, of which some is open
        Tensor places = convert(indices.constant, int64);
        const int64_t extent = x.shape()[axis];
        const auto data = places.mutable_data<int64_t>();
        for (int64_t& place : data) place = place < 0 ? place + extent : place;
        node.check_size({static_cast<int64_t>(data.size()), extent ? x.constant.size() / extent : 0});
        return node.give(shape_value(gather(x.constant, places, axis), x.open));
    }
    node.give(node.call("numpy.Take", {x, indices}, Config::object({{"axis", axis}})));
}

void gather_elements(const Node& node) {
    Operand x = node.input(0);
    const Operand& indices = node.input(1);
    const int axis = node.axis(node.integer("axis", 0), x.rank());
    const Shape from = x.shape(), to = indices.shape();
    if (from.rank() != to.rank()) node.wrong("indices of shape {} and data of shape {}", to, from);
    // keras.ops broadcasts the other axes; ONNX takes the beginning of each.
    std::vector<Range> ranges(static_cast<size_t>(from.rank()));
    bool cuts = false;
    for (int i = 0; i < from.rank(); ++i) {
        if (i == axis || from[i] == to[i]) continue;
        if (to[i] == Shape::unknown || (from[i] != Shape::unknown && to[i] > from[i]))
            node.wrong("indices of shape {} may reach beyond data of shape {}", to, from);
        ranges[static_cast<size_t>(i)].stop = to[i];
        cuts = true;
    }
    if (cuts) x = node.sliced(x, ranges);
    node.give(node.call("numpy.TakeAlongAxis", {x, indices}, Config::object({{"axis", axis}})));
}

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

void pad_axes(const Node& node) {
    const bool old = node.importer.opset() < 11;
    Operand x = node.input(0);
    if (!x.flattened.empty()) x = node.natural(x);
    const Ints pads =
        old ? node.ints(node.importer.opset() < 2 ? "paddings" : "pads") : node.ints_of_input(1);
    const auto rank = static_cast<size_t>(x.rank());
    Order axes = natural_order(x.rank());
    if (!old && node.has(3)) axes = node.axes(node.ints_of_input(3), x.rank());
    if (pads.size() != 2 * axes.size()) node.wrong("it has {} pads for {} axes", pads.size(), axes.size());
    Ints before(rank, 0), after(rank, 0), result(rank);
    for (size_t i = 0; i < axes.size(); ++i) {
        before[static_cast<size_t>(axes[i])] = pads[i];
        after[static_cast<size_t>(axes[i])] = pads[i + axes.size()];
    }
    bool any = false, cuts = false;
    for (size_t i = 0; i < rank; ++i) {
        const int64_t extent = x.shape()[static_cast<int>(i)];
        for (const int64_t side : {before[i], after[i]}) {
            if (side > INT32_MAX || side < INT32_MIN) node.wrong("a pad is {}", side);
            any = any || side != 0;
            cuts = cuts || side < 0;
        }
        result[i] = extent == Shape::unknown ? extent : extent + before[i] + after[i];
    }
    node.check_size(result);
    const std::string mode = node.text("mode", "constant");
    const double value = old ? node.number("value", 0) : node.has(2) ? node.number_of_input(2) : 0;
    if (!any) return node.give(x);
    if (mode == "constant" && value == 0 && by_zero_padding(node, x, before, after)) return;
    if (cuts) {  // negative pads cut off
        std::vector<Range> ranges(rank);
        for (size_t i = 0; i < rank; ++i) {
            if (before[i] < 0) ranges[i].start = -before[i];
            if (after[i] < 0) ranges[i].stop = after[i];
            before[i] = std::max<int64_t>(before[i], 0);
            after[i] = std::max<int64_t>(after[i], 0);
        }
        x = node.sliced(x, ranges);
    }
    if (mode == "edge") return node.give(with_edges(node, x, before, after));
    if (mode == "reflect" || mode == "constant") {
        const Order order = x.is_constant() ? natural_order(x.rank()) : x.order;
        Config::List widths(rank);
        for (size_t i = 0; i < rank; ++i)
            widths[static_cast<size_t>(order[i])] = Config::List{before[i], after[i]};
        const Config arguments = Config::object({{"pad_width", widths}, {"mode", mode}});
        const Operand stored = x.is_constant() ? x : dynamic_value(x.x);
        std::map<size_t, Config> literals;
        if (value != 0 && mode == "constant") literals[1] = value;
        Operand y = node.call_all("numpy.Pad", {stored}, arguments, literals).front();
        if (!x.is_constant()) y.order = order;
        return node.give(y);
    }
    node.wrong("mode is '{}'; keratin reads constant, edge and reflect", mode);
}

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

/// Depth, in two orders, becomes pixels.
void depth_to_space(const Node& node) {
    const std::string mode = node.text("mode", "DCR");
    const int64_t block = node.integer("blocksize", 0);
    const Operand x = node.natural(node.input(0));
    if (x.rank() != 4 || block < 1 || block > INT32_MAX)
        node.wrong("input of shape {} and a blocksize of {}", x.shape(), block);
    const Shape in = x.shape();
    const bool back = node.op() == "SpaceToDepth";
    if (!in.slice(1, 4).is_static() || (back ? in[2] % block || in[3] % block : in[1] % (block * block)))
        node.wrong("input of shape {} and a blocksize of {}", in, block);
    const auto reshaped = [&](const Operand& y, Ints extents) {
        return node.call("numpy.Reshape", {y},
                         Config::object({{"newshape", Config::List(extents.begin(), extents.end())}}));
    };
    const auto turned = [&](const Operand& y, Ints axes) {
        return node.call("numpy.Transpose", {y},
                         Config::object({{"axes", Config::List(axes.begin(), axes.end())}}));
    };
    if (back) {
        const Operand apart = reshaped(x, {-1, in[1], in[2] / block, block, in[3] / block, block});
        return node.give(reshaped(turned(apart, {0, 3, 5, 1, 2, 4}),
                                  {-1, in[1] * block * block, in[2] / block, in[3] / block}));
    }
    const int64_t depth = in[1] / (block * block);
    const bool columns = mode == "CRD";
    const Operand apart = columns ? reshaped(x, {-1, depth, block, block, in[2], in[3]})
                                  : reshaped(x, {-1, block, block, depth, in[2], in[3]});
    const Operand ordered = turned(apart, columns ? Ints{0, 1, 4, 2, 5, 3} : Ints{0, 3, 4, 1, 5, 2});
    node.give(reshaped(ordered, {-1, depth, in[2] * block, in[3] * block}));
}

void triangle(const Node& node) {
    const char* function = node.integer("upper", 1) ? "numpy.Triu" : "numpy.Tril";
    const int64_t k = node.has(1) ? node.integer_of_input(1) : 0;
    node.give(node.call(function, {node.input(0)},
                        Config::object({{"k", std::clamp<int64_t>(k, INT32_MIN, INT32_MAX)}})));
}

/// Drops while it trains; the mask that may be an output is of a model that does not.
void dropout(const Node& node) {
    const Operand& x = node.input(0);
    const double ratio = node.has(1) ? node.number_of_input(1) : node.number("ratio", 0.5);
    const bool trains = node.has(2) && node.number_of_input(2) != 0;
    if (trains && ratio != 0)
        node.wrong("it drops at inference, at random; keratin does while it trains only");
    Operand y = x;
    if (!x.is_constant() && is_floating(x.dtype()) && x.dtype() == float32 && ratio >= 0 && ratio < 1)
        y.x = node.layer(layers::Dropout(ratio, {.name = node.layer_name()}), x.x);
    node.give(0, y);
    if (node.wants(1)) node.give(1, node.map("numpy.OnesLike", {x}, Config::object({{"dtype", "bool"}})));
}

}  // namespace

void add_indexing(OperatorReaders& readers) {
    readers["Split"] = split;
    readers["Slice"] = slice_axes;
    readers["Gather"] = gather_along;
    readers["GatherElements"] = gather_elements;
    readers["Pad"] = pad_axes;
    readers["Expand"] = expand;
    readers["Tile"] = tile;
    readers["DepthToSpace"] = readers["SpaceToDepth"] = depth_to_space;
    readers["Trilu"] = triangle;
    readers["Dropout"] = dropout;
}

}  // namespace keratin::onnx
