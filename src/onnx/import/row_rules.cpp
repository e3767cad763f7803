#include "onnx/import/row_rules.hpp"

namespace keratin::onnx {

namespace {

Result together(const Call& call, const Result& a, const Result& b) {
    if (!a || !b) return a ? a : b;
    if (a->axis != b->axis) call.mixes();
    return Rows{a->axis, std::max(a->each, b->each)};
}

}  // namespace

Result elementwise(const Call& call) {
    Result result;
    for (const Part& part : call.parts)
        if (part.rows)
            result = together(call, result,
                              Rows{call.rank - part.shape.rank() + part.rows->axis, part.rows->each});
    return result;
}

Result beside(const Call& call) {
    const Result result = elementwise(call);
    if (call.has(call.axes("axis", call.rank), result->axis)) call.mixes();
    return result;
}

Result reduction(const Call& call) {
    const Order axes = call.axes("axis", call.first_rank());
    Rows rows = call.first();
    if (call.has(axes, rows.axis)) call.mixes();
    const Config& keeps = call.argument("keepdims");
    if (!keeps.is_bool() || !keeps.as_bool())
        rows.axis -= static_cast<int>(
            std::count_if(axes.begin(), axes.end(), [&](int axis) { return axis < rows.axis; }));
    return rows;
}

Result expanded(const Call& call) {
    Rows rows = call.first();
    if (call.axes("axis", call.rank).front() <= rows.axis) ++rows.axis;
    return rows;
}

Result transposed(const Call& call) {
    Rows rows = call.first();
    Order order = call.axes("axes", call.rank);
    if (call.argument("axes").is_null()) std::reverse(order.begin(), order.end());
    rows.axis = static_cast<int>(std::find(order.begin(), order.end(), rows.axis) - order.begin());
    return rows;
}

Result swapped(const Call& call) {
    Rows rows = call.first();
    const int a = call.axes("axis1", call.rank).front(), b = call.axes("axis2", call.rank).front();
    rows.axis = rows.axis == a ? b : rows.axis == b ? a : rows.axis;
    return rows;
}

namespace {

/// The product of known extents, 0 for what is beyond all bounds.
int64_t product(const Ints& extents, size_t begin, size_t end) {
    int64_t result = 1;
    for (size_t i = begin; i < end; ++i)
        if (extents[i] >= 0 && __builtin_mul_overflow(result, extents[i], &result)) return 0;
    return result;
}

}  // namespace

Result reshaped(const Call& call, const Ints& to) {
    const Rows& rows = call.first();
    const Shape& shape = call.parts.front().shape;
    const Ints from(shape.begin(), shape.end());
    const auto axis = static_cast<size_t>(rows.axis);
    const auto open = static_cast<size_t>(std::find(to.begin(), to.end(), Shape::unknown) - to.begin());
    if (open == to.size()) return {};
    const int64_t behind = product(to, open + 1, to.size());
    int64_t each = product(from, axis + 1, from.size());
    if (std::count(from.begin(), from.begin() + rows.axis, Shape::unknown) ||
        product(from, 0, axis) != product(to, 0, open) || behind < 1 ||
        __builtin_mul_overflow(each, rows.each, &each) || each % behind)
        call.mixes();
    return Rows{static_cast<int>(open), std::max<int64_t>(each / behind, 1)};
}

Result by_reshape(const Call& call) {
    Ints to;
    for (const Config& extent : call.argument("newshape").as_list()) to.push_back(extent.as_integer());
    return reshaped(call, to);
}

Result matrix_product(const Call& call) {
    const int a = call.first_rank(), b = call.parts[1].shape.rank();
    const auto moved = [&](const Part& part, int summed, int other) -> Result {
        if (!part.rows) return {};
        const int rank = part.shape.rank(), behind = rank - part.rows->axis;
        if (rank == 1 || behind == summed) call.mixes();
        // Of a vector the result has no axis.
        const int gone = other == 1 && behind > summed ? 1 : 0;
        return Rows{call.rank - behind + gone, part.rows->each};
    };
    return together(call, moved(call.parts[0], 1, b), moved(call.parts[1], 2, a));
}

namespace {

/// The axes of an operand, a character each: those that dots stand for are counted from the last one.
std::string axes_of_term(const std::string& term, int dotted) {
    const size_t dots = term.find("...");
    if (dots == std::string::npos) return term;
    std::string axes = term.substr(0, dots);
    for (int i = dotted; i > 0; --i) axes += static_cast<char>(i);
    return axes + term.substr(dots + 3);
}

}  // namespace

Result einsum(const Call& call) {
    const std::string& equation = call.argument("subscripts").as_string();
    const size_t arrow = std::min(equation.find("->"), equation.size());
    const auto dotted = [](const std::string& term, int rank) {
        return rank + 3 - static_cast<int>(term.size());
    };
    std::string to = equation.substr(std::min(arrow + 2, equation.size()));
    to = axes_of_term(to, dotted(to, call.rank));
    Result result;
    size_t begin = 0;
    for (const Part& part : call.parts) {
        const size_t end = std::min(equation.find(',', begin), arrow);
        const std::string term = equation.substr(begin, end - begin);
        begin = end + 1;
        if (!part.rows) continue;
        const std::string from = axes_of_term(term, dotted(term, part.shape.rank()));
        const size_t found = to.find(from.at(static_cast<size_t>(part.rows->axis)));
        if (found == std::string::npos) call.mixes();
        result = together(call, result, Rows{static_cast<int>(found), part.rows->each});
    }
    return result;
}

Result taken(const Call& call) {
    const Part &x = call.parts[0], &places = call.parts[1];
    const int axis = call.axes("axis", x.shape.rank()).front();
    if (x.rows && places.rows) call.mixes();
    if (places.rows) return Rows{axis + places.rows->axis, places.rows->each};
    if (x.rows->axis == axis) call.mixes();
    return Rows{x.rows->axis < axis ? x.rows->axis : x.rows->axis - 1 + places.shape.rank(), x.rows->each};
}

Result tiled(const Call& call) {
    const Result result = elementwise(call);
    const Config::List& repeats = call.argument("repeats").as_list();
    if (repeats.at(static_cast<size_t>(result->axis)).as_integer() != 1) call.mixes();
    return result;
}

Result padded(const Call& call) {
    const Rows& rows = call.first();
    const Config::List& widths = call.argument("pad_width").as_list();
    for (const Config& side : widths.at(static_cast<size_t>(rows.axis)).as_list())
        if (side.as_integer() != 0) call.mixes();
    return rows;
}

}  // namespace keratin::onnx
