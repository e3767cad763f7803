#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <numeric>

/// What moves elements (keras.src.ops.numpy, core).
namespace keratin::operations {
namespace {

/// With -1 for what follows from the others.
std::vector<int64_t> new_extents(const Call& call) {
    std::vector<int64_t> extents;
    const Config& given = call["newshape"];
    for (const Config& extent : given.is_list() ? given.as_list() : Config::List{given})
        extents.push_back(extent.is_null() ? -1 : extent.as_integer());
    return extents;
}

Results reshaped_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    std::vector<int64_t> extents = new_extents(call);
    if (extents.size() > Shape::max_rank) call.wrong("newshape", "a tensor has 8 axes at most");
    int64_t *left = nullptr, named = 1, given = 1;
    for (int64_t& extent : extents) {
        if (extent < -1 || (extent == -1 && left))
            call.wrong("newshape", "one extent may be -1, no other be negative");
        if (extent == -1)
            left = &extent;
        else
            named = multiplied(call, named, extent);
    }
    for (const int64_t extent : x)
        if (extent != open) given = multiplied(call, given, extent);
    const bool fits = left            ? x.is_static() ? named > 0 && given % named == 0 : true
                      : x.is_static() ? named == given
                      : given == 0    ? named == 0
                                      : named % given == 0;
    if (!fits) fail<ShapeError>("{}: x of shape {} does not fill {}", call.owner(), x, Shape(extents));
    if (left && x.is_static()) *left = given / named;
    return first_dtype(call, Shape(extents));
}

/// Where the axes of a result come from.
using Order = std::vector<int>;

Order transposed(const Call& call, const Shape& x) {
    Order order(x.extents().size());
    std::iota(order.rbegin(), order.rend(), 0);
    if (call["axes"].is_null()) return order;
    Order named;
    for (const int axis : call.integers("axes"))
        named.push_back(x.normalize_axis(axis, call.owner().c_str()));
    if (!std::is_permutation(order.begin(), order.end(), named.begin(), named.end()))
        fail<ValueError>("{}: axes is {}; it must name each axis of {} once", call.owner(),
                         call["axes"].to_json(), x);
    return named;
}

Order moved(const Call& call, const Shape& x) {
    const std::vector<int> source = call.integers("source"), destination = call.integers("destination");
    if (source.size() != destination.size()) call.wrong("source", "it needs one destination each");
    Order order(x.extents().size(), -1);
    std::vector<bool> taken(order.size(), false);
    for (size_t i = 0; i < source.size(); ++i) {
        const int from = x.normalize_axis(source[i], call.owner().c_str());
        const int to = x.normalize_axis(destination[i], call.owner().c_str());
        if (taken[static_cast<size_t>(from)] || order[static_cast<size_t>(to)] >= 0)
            call.wrong("source", "name each axis once");
        order[static_cast<size_t>(to)] = from;
        taken[static_cast<size_t>(from)] = true;
    }
    size_t next = 0;
    for (int& axis : order) {
        if (axis >= 0) continue;
        while (taken[next]) ++next;
        axis = static_cast<int>(next++);
    }
    return order;
}

Order swapped(const Call& call, const Shape& x) {
    Order order(x.extents().size());
    std::iota(order.begin(), order.end(), 0);
    const auto place = [&](const char* name) {
        return static_cast<size_t>(x.normalize_axis(call.axis(name), call.owner().c_str()));
    };
    std::swap(order[place("axis1")], order[place("axis2")]);
    return order;
}

template <Order (*order)(const Call&, const Shape&)>
Tensor ordered(const Call& call) {
    return transpose(call.tensor(0), order(call, call.tensor(0).shape()));
}

template <Order (*order)(const Call&, const Shape&)>
Results ordered_results(const Call& call, const Shapes& operands) {
    std::vector<int64_t> extents;
    for (const int axis : order(call, operands.front())) extents.push_back(operands.front()[axis]);
    return first_dtype(call, Shape(extents));
}

/// Axes of a shape counted from the front, ascending, each once.
std::vector<int> sorted_axes(const Call& call, const Shape& shape) {
    std::vector<int> axes = call.integers("axis");
    for (int& axis : axes) axis = shape.normalize_axis(axis, call.owner().c_str());
    std::sort(axes.begin(), axes.end());
    if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) call.wrong("axis", "name each axis once");
    return axes;
}

Results squeezed_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    const bool all = call["axis"].is_null();
    const std::vector<int> axes = all ? std::vector<int>() : sorted_axes(call, x);
    std::vector<int64_t> kept;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const bool named = std::count(axes.begin(), axes.end(), axis) > 0;
        if (named && x[axis] != 1)
            fail<ShapeError>("{}: axis {} of shape {} does not have the extent 1", call.owner(), axis, x);
        if (!named && !(all && x[axis] == 1)) kept.push_back(x[axis]);
    }
    return first_dtype(call, Shape(kept));
}

Results expanded_results(const Call& call, const Shapes& operands) {
    std::vector<int64_t> extents(operands.front().begin(), operands.front().end());
    const size_t rank = extents.size() + call.integers("axis").size();
    if (rank > Shape::max_rank) call.wrong("axis", "that makes more axes than a tensor may have");
    for (const int axis : sorted_axes(call, Shape(std::vector<int64_t>(rank, 1))))
        extents.insert(extents.begin() + axis, 1);
    return first_dtype(call, Shape(extents));
}

/// What only looks at the elements in another shape.
template <Rule rule>
Tensor viewed(const Call& call) {
    return reshape(call.tensor(0), rule(call, {call.tensor(0).shape()}).front().shape);
}

Results ravelled_results(const Call& call, const Shapes& operands) {
    return first_dtype(call, {elements(operands.front())});
}

const Function functions[] = {
    {"numpy.Reshape", "x", R"({"newshape":"!"})", viewed<reshaped_results>, reshaped_results},
    {"numpy.Transpose", "x", R"({"axes":null})", ordered<transposed>, ordered_results<transposed>},
    {"numpy.Squeeze", "x", R"({"axis":null})", viewed<squeezed_results>, squeezed_results},
    {"numpy.ExpandDims", "x", R"({"axis":"!"})", viewed<expanded_results>, expanded_results},
    {"numpy.Moveaxis", "x", R"({"source":"!","destination":"!"})", ordered<moved>, ordered_results<moved>},
    {"numpy.Swapaxes", "x", R"({"axis1":"!","axis2":"!"})", ordered<swapped>, ordered_results<swapped>},
    {"numpy.Ravel", "x", "", viewed<ravelled_results>, ravelled_results},
};

}  // namespace

std::span<const Function> shape_functions() {
    return functions;
}

}  // namespace keratin::operations
