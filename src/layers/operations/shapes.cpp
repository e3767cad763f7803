#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/indexing.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <numeric>

/// What moves elements (keras.src.ops.numpy, core).
namespace keratin::operations {
namespace {

Tensor reshaped(const Call& call) {
    std::vector<int64_t> extents;
    const Config& given = call["newshape"];
    for (const Config& extent : given.is_list() ? given.as_list() : Config::List{given})
        extents.push_back(extent.is_null() ? -1 : extent.as_integer());
    return reshape(call.tensor(0), Shape(extents));
}

Tensor transposed(const Call& call) {
    return transpose(call.tensor(0), call["axes"].is_null() ? std::vector<int>() : call.integers("axes"));
}

/// Axes counted from the front, ascending, each once.
std::vector<int> ordered_axes(const Call& call, const Shape& shape) {
    std::vector<int> axes = call.integers("axis");
    for (int& axis : axes) axis = shape.normalize_axis(axis, call.owner().c_str());
    std::sort(axes.begin(), axes.end());
    if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) call.wrong("axis", "name each axis once");
    return axes;
}

Tensor squeezed(const Call& call) {
    Tensor y = call.tensor(0);
    if (call["axis"].is_null()) return squeeze(y);
    const std::vector<int> axes = ordered_axes(call, y.shape());
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) y = squeeze(y, *axis);
    return y;
}

Tensor expanded(const Call& call) {
    Tensor y = call.tensor(0);
    const size_t rank = y.shape().extents().size() + call.integers("axis").size();
    if (rank > Shape::max_rank) call.wrong("axis", "that makes more axes than a tensor may have");
    for (const int axis : ordered_axes(call, Shape(std::vector<int64_t>(rank, 1)))) y = expand_dims(y, axis);
    return y;
}

/// The permutation that takes `source` to `destination` and keeps the order of the others.
Tensor moved(const Call& call, const Tensor& x, std::vector<int> source, std::vector<int> destination) {
    if (source.size() != destination.size()) call.wrong("source", "it needs one destination each");
    std::vector<int> permutation(x.shape().extents().size(), -1);
    std::vector<bool> taken(permutation.size(), false);
    for (size_t i = 0; i < source.size(); ++i) {
        const int from = x.shape().normalize_axis(source[i], call.owner().c_str());
        const int to = x.shape().normalize_axis(destination[i], call.owner().c_str());
        if (taken[static_cast<size_t>(from)] || permutation[static_cast<size_t>(to)] >= 0)
            call.wrong("source", "name each axis once");
        permutation[static_cast<size_t>(to)] = from;
        taken[static_cast<size_t>(from)] = true;
    }
    size_t next = 0;
    for (int& axis : permutation) {
        if (axis >= 0) continue;
        while (taken[next]) ++next;
        axis = static_cast<int>(next++);
    }
    return transpose(x, permutation);
}

Tensor swapped(const Call& call) {
    const Tensor x = call.tensor(0);
    std::vector<int> permutation(x.shape().extents().size());
    std::iota(permutation.begin(), permutation.end(), 0);
    const auto place = [&](const char* name) {
        return static_cast<size_t>(x.shape().normalize_axis(call.axis(name), call.owner().c_str()));
    };
    std::swap(permutation[place("axis1")], permutation[place("axis2")]);
    return transpose(x, permutation);
}

Tensor joined(const Call& call, int axis) {
    const std::vector<Tensor> tensors = call.all_alike();
    if (tensors.empty()) fail<ValueError>("{}: it got no tensors", call.owner());
    return concat(tensors, axis);
}

/// [first, last) of an axis, one after the other.
std::vector<Tensor> parts(const Tensor& x, int axis, const std::vector<int64_t>& ends) {
    std::vector<Tensor> result;
    std::vector<Slice> slices(static_cast<size_t>(axis) + 1);
    int64_t first = 0;
    for (const int64_t end : ends) {
        slices.back() = {first, std::max(first, end)};
        result.push_back(slice(x, slices));
        first = end;
    }
    return result;
}

std::vector<Tensor> split(const Call& call) {
    const Tensor x = call.tensor(0);
    const int axis = x.shape().normalize_axis(call.axis(), call.owner().c_str());
    const int64_t n = x.shape()[axis];
    std::vector<int64_t> ends;
    if (call["indices_or_sections"].is_integer()) {
        const int64_t sections = call.integer("indices_or_sections");
        if (sections < 1 || n % sections)
            fail<ValueError>("{}: axis {} of {} does not divide by {}", call.owner(), axis, x.shape(),
                             sections);
        for (int64_t i = 1; i <= sections; ++i) ends.push_back(i * (n / sections));
    } else {
        for (int64_t end : call.sizes("indices_or_sections"))
            ends.push_back(std::clamp<int64_t>(end < 0 ? end + n : end, 0, n));
        ends.push_back(n);
    }
    return parts(x, axis, ends);
}

std::vector<Tensor> unstacked(const Call& call) {
    const Tensor x = call.tensor(0);
    const int axis = x.shape().normalize_axis(call.axis(), call.owner().c_str());
    if (!call["num"].is_null() && call.integer("num") != x.shape()[axis])
        call.wrong("num", "it must be the extent of the axis");
    std::vector<int64_t> ends(static_cast<size_t>(x.shape()[axis]));
    std::iota(ends.begin(), ends.end(), 1);
    std::vector<Tensor> result = parts(x, axis, ends);
    for (Tensor& y : result) y = squeeze(y, axis);
    return result;
}

Tensor padded(const Call& call) {
    const Tensor x = call.tensor(0);
    const Config& width = call["pad_width"];
    std::vector<PadPair> pairs;
    const auto pair_of = [&](const Config& node) {
        if (node.is_integer()) return PadPair{node.as_integer(), node.as_integer()};
        if (!node.is_list() || node.as_list().size() != 2) call.wrong("pad_width", "give (before, after)");
        return PadPair{node.as_list()[0].as_integer(), node.as_list()[1].as_integer()};
    };
    const bool pairs_given = width.is_list() && !width.as_list().empty() && width.as_list().front().is_list();
    if (pairs_given && width.as_list().size() > 1)
        for (const Config& one : width.as_list()) pairs.push_back(pair_of(one));
    else
        pairs.assign(x.shape().extents().size(), pair_of(pairs_given ? width.as_list().front() : width));
    std::vector<int64_t> extents(x.shape().begin(), x.shape().end());
    if (pairs.size() != extents.size()) call.wrong("pad_width", "give one pair for each axis");
    for (size_t i = 0; i < extents.size(); ++i) {
        constexpr int64_t most = int64_t{1} << 40;
        if (pairs[i].before < 0 || pairs[i].after < 0 || pairs[i].before > most || pairs[i].after > most)
            call.wrong("pad_width", "that is negative, or too much");
        extents[i] += pairs[i].before + pairs[i].after;
    }
    call.result(extents);
    const std::string& mode = call["mode"].as_string();
    if (mode != "constant") {
        if (call.has(1)) fail<ValueError>("{}: constant_values go with mode \"constant\" only", call.owner());
        return pad(x, pairs, PadMode::named(mode));
    }
    return pad(x, pairs, call.has(1) ? call.scalar(1) : 0.0);
}

Tensor flipped(const Call& call) {
    Tensor y = call.tensor(0);
    std::vector<int> axes;
    if (call["axis"].is_null())
        for (int axis = 0; axis < y.rank(); ++axis) axes.push_back(axis);
    else
        axes = call.integers("axis");
    for (const int axis : axes) y = flip(y, axis);
    return y;
}

Tensor rolled(const Call& call) {
    const Tensor x = call.tensor(0);
    const std::vector<int64_t> shifts = call.sizes("shift");
    if (call["axis"].is_null()) {
        if (shifts.size() != 1) call.wrong("shift", "without an axis it must be one number");
        return reshape(roll(reshape(x, {-1}), shifts.front(), 0), x.shape());
    }
    const std::vector<int> axes = call.integers("axis");
    if (shifts.size() != axes.size() && shifts.size() != 1)
        call.wrong("shift", "there must be one for each axis");
    Tensor y = x;
    for (size_t i = 0; i < axes.size(); ++i) y = roll(y, shifts[shifts.size() == 1 ? 0 : i], axes[i]);
    return y;
}

Tensor repeated(const Call& call) {
    const std::optional<int> given = call.optional_axis();
    const Tensor x = given ? call.tensor(0) : reshape(call.tensor(0), {-1});
    const int axis = x.shape().normalize_axis(given.value_or(0), call.owner().c_str());
    const std::vector<int64_t> times = call.sizes("repeats");
    int64_t extent = 0;
    for (const int64_t each : times) {
        if (each < 0 || each > int64_t{1} << 40) call.wrong("repeats", "that is negative, or too often");
        extent += each;
    }
    if (times.size() == 1 && __builtin_mul_overflow(extent, x.shape()[axis], &extent))
        call.wrong("repeats", "that is too often");
    call.check_growth(x.shape(), axis, extent);
    return repeat(x, times, axis);
}

Tensor tiled(const Call& call) {
    const Tensor x = call.tensor(0);
    const std::vector<int64_t> times = call.sizes("repeats");
    std::vector<int64_t> extents(x.shape().begin(), x.shape().end());
    if (times.size() > Shape::max_rank) call.wrong("repeats", "a tensor has 8 axes at most");
    if (extents.size() < times.size()) extents.insert(extents.begin(), times.size() - extents.size(), 1);
    for (size_t i = 0; i < times.size(); ++i) {
        int64_t& extent = extents[extents.size() - times.size() + i];
        if (times[i] < 0 || __builtin_mul_overflow(extent, times[i], &extent))
            call.wrong("repeats", "that is negative, or too often");
    }
    call.result(extents);
    return tile(x, times);
}

Tensor broadcasted(const Call& call) {
    return broadcast_to(call.tensor(0), call.result(call.sizes("shape")));
}

const Function functions[] = {
    {"numpy.Reshape", "x", R"({"newshape":"!"})", reshaped},
    {"numpy.Transpose", "x", R"({"axes":null})", transposed},
    {"numpy.Squeeze", "x", R"({"axis":null})", squeezed},
    {"numpy.ExpandDims", "x", R"({"axis":"!"})", expanded},
    {"numpy.Moveaxis", "x", R"({"source":"!","destination":"!"})",
     [](const Call& c) { return moved(c, c.tensor(0), c.integers("source"), c.integers("destination")); }},
    {"numpy.Swapaxes", "x", R"({"axis1":"!","axis2":"!"})", swapped},
    {"numpy.Ravel", "x", "", [](const Call& c) { return reshape(c.tensor(0), {-1}); }},
    {"numpy.Concatenate", "[xs]", R"({"axis":0})", [](const Call& c) { return joined(c, c.axis()); }},
    {"numpy.Stack", "[xs]", R"({"axis":0})", [](const Call& c) { return stack(c.all_alike(), c.axis()); }},
    {"numpy.Split", "x", R"({"indices_or_sections":"!","axis":0})", nullptr, split},
    {"core.Unstack", "x", R"({"num":null,"axis":0})", nullptr, unstacked},
    {"numpy.Pad", "x constant_values=", R"({"pad_width":"!","mode":"constant"})", padded},
    {"numpy.Flip", "x", R"({"axis":null})", flipped},
    {"numpy.Roll", "x", R"({"shift":"!","axis":null})", rolled},
    {"numpy.Repeat", "x", R"({"repeats":"!","axis":null})", repeated},
    {"numpy.Tile", "x", R"({"repeats":"!"})", tiled},
    {"numpy.BroadcastTo", "x", R"({"shape":"!"})", broadcasted},
};

}  // namespace

std::span<const Function> shape_functions() {
    return functions;
}

}  // namespace keratin::operations
