#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <numeric>

/// Several tensors that become one, and the other way (keras.src.ops.numpy, core).
namespace keratin::operations {
namespace {

Tensor concatenated(const Call& call) {
    return concat(call.all_alike(), call.axis());
}

Results concatenated_results(const Call& call, const Shapes& operands) {
    if (operands.empty()) fail<ValueError>("{}: it got no tensors", call.owner());
    Shape shape = operands.front();
    const int axis = shape.normalize_axis(call.axis(), call.owner().c_str());
    int64_t extent = 0;
    for (const Shape& x : operands) {
        if (x.rank() != shape.rank())
            fail<ShapeError>("{}: {} and {} do not have as many axes", call.owner(), shape, x);
        for (int i = 0; i < x.rank(); ++i)
            if (i != axis) common(call, shape[i], x[i], {shape, x});
        if (extent == open || x[axis] == open)
            extent = open;
        else if (__builtin_add_overflow(extent, x[axis], &extent))
            fail<ShapeError>("{}: the result is too large", call.owner());
    }
    return {{shape.with(axis, extent)}};
}

Results stacked_results(const Call& call, const Shapes& operands) {
    if (operands.empty()) fail<ValueError>("{}: it got no tensors", call.owner());
    const Shape& shape = operands.front();
    for (const Shape& x : operands) {
        if (x.rank() != shape.rank())
            fail<ShapeError>("{}: {} and {} do not have as many axes", call.owner(), shape, x);
        for (int i = 0; i < x.rank(); ++i) common(call, shape[i], x[i], {shape, x});
    }
    const int axis = (shape + Shape{1}).normalize_axis(call.axis(), call.owner().c_str());
    return {{shape.slice(0, axis) + Shape{static_cast<int64_t>(operands.size())} +
             shape.slice(axis, shape.rank())}};
}

/// Throws where a function would have more results than a model can name.
void require_few(const Call& call, size_t results) {
    constexpr size_t most = 4096;
    if (results > most)
        fail<ValueError>("{}: it would have {} results; {} is the most", call.owner(), results, most);
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

/// Where the parts of an axis end, of which the extent may be open.
std::vector<int64_t> ends_of(const Call& call, const Shape& x, int axis) {
    const int64_t n = x[axis];
    std::vector<int64_t> ends;
    if (call["indices_or_sections"].is_integer()) {
        const int64_t sections = call.integer("indices_or_sections");
        if (sections < 1 || (n != open && n % sections))
            fail<ValueError>("{}: axis {} of {} does not divide by {}", call.owner(), axis, x, sections);
        require_few(call, static_cast<size_t>(sections));
        for (int64_t i = 1; i <= sections; ++i) ends.push_back(n == open ? open : i * (n / sections));
        return ends;
    }
    for (const int64_t end : call.sizes("indices_or_sections"))
        ends.push_back(n != open ? std::clamp<int64_t>(end < 0 ? end + n : end, 0, n) : std::max(end, open));
    ends.push_back(n);
    require_few(call, ends.size());
    return ends;
}

Results split_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    const int axis = x.normalize_axis(call.axis(), call.owner().c_str());
    Results results;
    int64_t first = 0;
    for (const int64_t end : ends_of(call, x, axis)) {
        const bool is_open = first == open || end == open;
        results.push_back(
            {x.with(axis, is_open ? open : std::max<int64_t>(end - first, 0)), call.tensor(0).dtype()});
        first = end;
    }
    return results;
}

std::vector<Tensor> split(const Call& call) {
    const Tensor x = call.tensor(0);
    const int axis = x.shape().normalize_axis(call.axis(), call.owner().c_str());
    return parts(x, axis, ends_of(call, x.shape(), axis));
}

Results unstacked_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    const int axis = x.normalize_axis(call.axis(), call.owner().c_str());
    const int64_t count = call["num"].is_null() ? x[axis] : call.integer("num");
    if (count < 0 || (x[axis] != open && count != x[axis]))
        fail<ValueError>("{}: num is {}; it must be the extent of axis {} of {}", call.owner(),
                         call["num"].to_json(), axis, x);
    require_few(call, static_cast<size_t>(count));
    const Result one{x.slice(0, axis) + x.slice(axis + 1, x.rank()), call.tensor(0).dtype()};
    return Results(static_cast<size_t>(count), one);
}

std::vector<Tensor> unstacked(const Call& call) {
    const Tensor x = call.tensor(0);
    const int axis = x.shape().normalize_axis(call.axis(), call.owner().c_str());
    std::vector<int64_t> ends(static_cast<size_t>(x.shape()[axis]));
    std::iota(ends.begin(), ends.end(), 1);
    std::vector<Tensor> result = parts(x, axis, ends);
    for (Tensor& y : result) y = squeeze(y, axis);
    return result;
}

const Function functions[] = {
    {"numpy.Concatenate", "[xs]", R"({"axis":0})", concatenated, concatenated_results},
    {"numpy.Stack", "[xs]", R"({"axis":0})", [](const Call& c) { return stack(c.all_alike(), c.axis()); },
     stacked_results},
    {"numpy.Split", "x", R"({"indices_or_sections":"!","axis":0})", nullptr, split_results, split},
    {"core.Unstack", "x", R"({"num":null,"axis":0})", nullptr, unstacked_results, unstacked},
};

}  // namespace

std::span<const Function> joining_functions() {
    return functions;
}

}  // namespace keratin::operations
