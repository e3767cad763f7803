#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/indexing.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

/// What repeats elements, fills up or turns round (keras.src.ops.numpy).
namespace keratin::operations {
namespace {

std::vector<int64_t> extents_of(const Shape& shape) {
    return {shape.begin(), shape.end()};
}

/// (before, after) for each axis.
std::vector<PadPair> pads_of(const Call& call, size_t rank) {
    constexpr int64_t most = int64_t{1} << 40;
    const Config& width = call["pad_width"];
    const auto pair_of = [&](const Config& node) {
        const bool one = node.is_integer();
        if (!one && (!node.is_list() || node.as_list().size() != 2))
            call.wrong("pad_width", "give (before, after)");
        const PadPair pair{(one ? node : node.as_list()[0]).as_integer(),
                           (one ? node : node.as_list()[1]).as_integer()};
        if (pair.before < 0 || pair.after < 0 || pair.before > most || pair.after > most)
            call.wrong("pad_width", "that is negative, or too much");
        return pair;
    };
    const bool listed = width.is_list() && !width.as_list().empty() && width.as_list().front().is_list();
    if (!listed || width.as_list().size() == 1)
        return std::vector<PadPair>(rank, pair_of(listed ? width.as_list().front() : width));
    std::vector<PadPair> pairs;
    for (const Config& one : width.as_list()) pairs.push_back(pair_of(one));
    if (pairs.size() != rank) call.wrong("pad_width", "give one pair for each axis");
    return pairs;
}

Results padded_results(const Call& call, const Shapes& operands) {
    std::vector<int64_t> extents = extents_of(operands.front());
    const std::vector<PadPair> pairs = pads_of(call, extents.size());
    for (size_t i = 0; i < extents.size(); ++i)
        if (extents[i] != open &&
            __builtin_add_overflow(extents[i], pairs[i].before + pairs[i].after, &extents[i]))
            call.wrong("pad_width", "that is too much");
    if (call["mode"].as_string() != "constant" && call.has(1))
        fail<ValueError>("{}: constant_values go with mode \"constant\" only", call.owner());
    if (call.has(1)) require_number(call, operands[1]);
    return first_dtype(call, Shape(extents));
}

Tensor padded(const Call& call) {
    const Tensor x = call.tensor(0);
    const std::vector<PadPair> pairs = pads_of(call, x.shape().extents().size());
    const std::string& mode = call["mode"].as_string();
    if (mode != "constant") return pad(x, pairs, PadMode::named(mode));
    return pad(x, pairs, call.has(1) ? call.scalar(1) : 0.0);
}

/// The named axes, all for null.
std::vector<int> axes_of(const Call& call, const Shape& x) {
    std::vector<int> axes;
    if (!call["axis"].is_null())
        axes = call.integers("axis");
    else
        for (int axis = 0; axis < x.rank(); ++axis) axes.push_back(axis);
    for (int& axis : axes) axis = x.normalize_axis(axis, call.owner().c_str());
    return axes;
}

Results flipped_results(const Call& call, const Shapes& operands) {
    axes_of(call, operands.front());
    return first_dtype(call, operands.front());
}

Tensor flipped(const Call& call) {
    Tensor y = call.tensor(0);
    for (const int axis : axes_of(call, y.shape())) y = flip(y, axis);
    return y;
}

Results rolled_results(const Call& call, const Shapes& operands) {
    const size_t shifts = call.sizes("shift").size();
    if (call["axis"].is_null() && shifts != 1) call.wrong("shift", "without an axis it must be one number");
    if (shifts != 1 && shifts != axes_of(call, operands.front()).size())
        call.wrong("shift", "there must be one for each axis");
    return flipped_results(call, operands);
}

Tensor rolled(const Call& call) {
    Tensor y = call.tensor(0);
    const std::vector<int64_t> shifts = call.sizes("shift");
    if (call["axis"].is_null()) return reshape(roll(reshape(y, {-1}), shifts.front(), 0), y.shape());
    const std::vector<int> axes = axes_of(call, y.shape());
    for (size_t i = 0; i < axes.size(); ++i) y = roll(y, shifts[shifts.size() == 1 ? 0 : i], axes[i]);
    return y;
}

/// How often each element, or all of them alike.
std::vector<int64_t> times_of(const Call& call) {
    std::vector<int64_t> times = call.sizes("repeats");
    for (const int64_t each : times)
        if (each < 0 || each > int64_t{1} << 40) call.wrong("repeats", "that is negative, or too often");
    return times;
}

Results repeated_results(const Call& call, const Shapes& operands) {
    const Along along(call, operands.front());
    const std::vector<int64_t> times = times_of(call);
    int64_t extent = along.shape[along.axis];
    if (times.size() == 1) {
        extent = multiplied(call, extent, times.front());
    } else if (extent != open) {
        if (static_cast<size_t>(extent) != times.size())
            fail<ValueError>("{}: there are {} repeats for {} elements", call.owner(), times.size(), extent);
        extent = 0;
        for (const int64_t each : times) extent += each;
    }
    return first_dtype(call, along.shape.with(along.axis, extent));
}

Tensor repeated(const Call& call) {
    const Along along(call, call.tensor(0).shape());
    return repeat(reshape(call.tensor(0), along.shape), times_of(call), along.axis);
}

Results tiled_results(const Call& call, const Shapes& operands) {
    std::vector<int64_t> extents = extents_of(operands.front());
    const std::vector<int64_t> times = times_of(call);
    if (times.size() > Shape::max_rank) call.wrong("repeats", "a tensor has 8 axes at most");
    if (extents.size() < times.size()) extents.insert(extents.begin(), times.size() - extents.size(), 1);
    for (size_t i = 0; i < times.size(); ++i) {
        int64_t& extent = extents[extents.size() - times.size() + i];
        extent = multiplied(call, extent, times[i]);
    }
    return first_dtype(call, Shape(extents));
}

Results broadcast_to_results(const Call& call, const Shapes& operands) {
    const std::vector<int64_t> extents = call.sizes("shape");
    for (const int64_t extent : extents)
        if (extent < 0) call.wrong("shape", "no extent may be negative");
    const Shape shape(extents);
    const Shape both = broadcast_open(operands.front(), shape, call.owner());
    const auto fits = [](int64_t extent, int64_t wanted) { return extent == wanted || extent == open; };
    if (both.rank() != shape.rank() || !std::equal(both.begin(), both.end(), shape.begin(), fits))
        fail<ShapeError>("{}: x of shape {} does not broadcast to {}", call.owner(), operands.front(), shape);
    return first_dtype(call, shape);
}

const Function functions[] = {
    {"numpy.Pad", "x constant_values=", R"({"pad_width":"!","mode":"constant"})", padded, padded_results},
    {"numpy.Flip", "x", R"({"axis":null})", flipped, flipped_results},
    {"numpy.Roll", "x", R"({"shift":"!","axis":null})", rolled, rolled_results},
    {"numpy.Repeat", "x", R"({"repeats":"!","axis":null})", repeated, repeated_results},
    {"numpy.Tile", "x", R"({"repeats":"!"})",
     [](const Call& c) { return tile(c.tensor(0), c.sizes("repeats")); }, tiled_results},
    {"numpy.BroadcastTo", "x", R"({"shape":"!"})",
     [](const Call& c) { return broadcast_to(c.tensor(0), Shape(c.sizes("shape"))); }, broadcast_to_results},
};

}  // namespace

std::span<const Function> filling_functions() {
    return functions;
}

}  // namespace keratin::operations
