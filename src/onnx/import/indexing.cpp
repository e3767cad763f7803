#include "onnx/import/graph.hpp"

#include <keratin/ops/shaping.hpp>

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

void triangle(const Node& node) {
    const char* function = node.integer("upper", 1) ? "numpy.Triu" : "numpy.Tril";
    const int64_t k = node.has(1) ? node.integer_of_input(1) : 0;
    node.give(node.call(function, {node.input(0)},
                        Config::object({{"k", std::clamp<int64_t>(k, INT32_MIN, INT32_MAX)}})));
}

}  // namespace

void add_indexing(OperatorReaders& readers) {
    readers["Split"] = split;
    readers["Slice"] = slice_axes;
    readers["Gather"] = gather_along;
    readers["GatherElements"] = gather_elements;
    readers["Trilu"] = triangle;
}

}  // namespace keratin::onnx
