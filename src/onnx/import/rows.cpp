#include "onnx/import/rows.hpp"
#include "onnx/import/graph.hpp"

#include <keratin/layers/operation.hpp>

#include <set>

namespace keratin::onnx {

void refuse_mixed_rows(const Node& node) {
    node.wrong(
        "it mixes what stands along the first axis of the model's inputs, whose extent is open: that is "
        "keratin's batch, which predict and fit cut into pieces. Export the model with the batch in front "
        "(in "
        "PyTorch batch_first=True), or with a number for that extent, and predict in one batch");
}

namespace {

/// A call of something that is asked what it does to rows.
struct Call {
    const Node& node;
    const Config& arguments;
    const std::vector<Part>& parts;
    int rank;  ///< of the result

    [[noreturn]] void mixes() const { refuse_mixed_rows(node); }
    const Config& argument(const char* name) const {
        static const Config null;
        const Config* found = arguments.find(name);
        return found ? *found : null;
    }
    /// An argument that is an axis or several, all of them where it is null.
    Order axes(const char* name, int of_rank) const {
        const Config& given = argument(name);
        if (given.is_null()) return natural_order(of_rank);
        Ints list;
        if (given.is_list())
            for (const Config& one : given.as_list()) list.push_back(one.as_integer());
        else
            list.push_back(given.as_integer());
        return node.axes(list, of_rank);
    }
    /// Of a function of one operand, or whose first has the rows.
    const Rows& first() const {
        if (!parts.front().rows) mixes();
        return *parts.front().rows;
    }
    int first_rank() const { return parts.front().shape.rank(); }
    bool has(const Order& axes, int axis) const {
        return std::find(axes.begin(), axes.end(), axis) != axes.end();
    }
};
using Result = std::optional<Rows>;

Result together(const Call& call, const Result& a, const Result& b) {
    if (!a || !b) return a ? a : b;
    if (a->axis != b->axis) call.mixes();
    return Rows{a->axis, std::max(a->each, b->each)};
}

/// Element by element: operands broadcast, and all rows meet.
Result elementwise(const Call& call) {
    Result result;
    for (const Part& part : call.parts)
        if (part.rows)
            result = together(call, result,
                              Rows{call.rank - part.shape.rank() + part.rows->axis, part.rows->each});
    return result;
}

/// Along axes that are not the rows', which stay where they are.
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

Result squeezed(const Call& call) {
    return reduction(call);
}

Result expanded(const Call& call) {  // also one-hot, which has an axis more
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

/// The product of known extents, 0 for what is beyond all bounds.
int64_t product(const Ints& extents, size_t begin, size_t end) {
    int64_t result = 1;
    for (size_t i = begin; i < end; ++i)
        if (extents[i] >= 0 && __builtin_mul_overflow(result, extents[i], &result)) return 0;
    return result;
}

/// Rows stay whole where as much stands before them as did, and the open extent is made of whole ones.
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

/// The axes of an operand, a character each: those that dots stand for are counted from the last one.
std::string axes_of_term(const std::string& term, int dotted) {
    const size_t dots = term.find("...");
    if (dots == std::string::npos) return term;
    std::string axes = term.substr(0, dots);
    for (int i = dotted; i > 0; --i) axes += static_cast<char>(i);
    return axes + term.substr(dots + 3);
}

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

/// Of the last axis, or the last two.
template <int N>
Result before_last(const Call& call) {
    const Result result = elementwise(call);
    if (result->axis >= call.rank - N) call.mixes();
    return result;
}

Result only_one_size(const Call&) {
    return {};
}

/// Those that do not work element by element.
const std::map<std::string_view, Result (*)(const Call&)>& rules() {
    static const std::map<std::string_view, Result (*)(const Call&)> all = {
        {"numpy.Sum", reduction},        {"numpy.Mean", reduction},
        {"numpy.Max", reduction},        {"numpy.Min", reduction},
        {"numpy.Prod", reduction},       {"numpy.Any", reduction},
        {"numpy.Argmax", reduction},     {"numpy.Argmin", reduction},
        {"math.Logsumexp", reduction},   {"numpy.Cumsum", beside},
        {"numpy.Flip", beside},          {"nn.Softmax", beside},
        {"nn.LogSoftmax", beside},       {"numpy.Concatenate", beside},
        {"numpy.TakeAlongAxis", beside}, {"numpy.Squeeze", squeezed},
        {"numpy.ExpandDims", expanded},  {"nn.OneHot", expanded},
        {"numpy.Transpose", transposed}, {"numpy.Swapaxes", swapped},
        {"numpy.Reshape", by_reshape},   {"numpy.Matmul", matrix_product},
        {"numpy.Einsum", einsum},        {"numpy.Take", taken},
        {"numpy.Tile", tiled},           {"numpy.Pad", padded},
        {"numpy.Triu", before_last<2>},  {"numpy.Tril", before_last<2>},
        {"math.TopK", before_last<1>},   {"numpy.BroadcastTo", only_one_size}};
    return all;
}

/// Node::sliced() looks at the slices of a GetItem.
const std::set<std::string_view>& elementwise_functions() {
    static const std::set<std::string_view> all = {
        "core.Cast",        "math.Erf",         "math.Rsqrt",         "nn.Celu",          "nn.Elu",
        "nn.Gelu",          "nn.HardSilu",      "nn.LeakyRelu",       "nn.Relu",          "nn.Selu",
        "nn.Sigmoid",       "nn.Softplus",      "nn.Softsign",        "numpy.Absolute",   "numpy.Add",
        "numpy.Arccos",     "numpy.Arccosh",    "numpy.Arcsin",       "numpy.Arcsinh",    "numpy.Arctan",
        "numpy.Arctanh",    "numpy.Ceil",       "numpy.Clip",         "numpy.Cos",        "numpy.Cosh",
        "numpy.Divide",     "numpy.Equal",      "numpy.Exp",          "numpy.Floor",      "numpy.FloorDivide",
        "numpy.GetItem",    "numpy.Greater",    "numpy.GreaterEqual", "numpy.Isinf",      "numpy.Isnan",
        "numpy.Isneginf",   "numpy.Isposinf",   "numpy.Less",         "numpy.LessEqual",  "numpy.Log",
        "numpy.LogicalAnd", "numpy.LogicalNot", "numpy.LogicalOr",    "numpy.LogicalXor", "numpy.Maximum",
        "numpy.Minimum",    "numpy.Mod",        "numpy.Multiply",     "numpy.Negative",   "numpy.OnesLike",
        "numpy.Power",      "numpy.Reciprocal", "numpy.Round",        "numpy.Sign",       "numpy.Sin",
        "numpy.Sinh",       "numpy.Sqrt",       "numpy.Square",       "numpy.Subtract",   "numpy.Tan",
        "numpy.Tanh",       "numpy.Where"};
    return all;
}

bool is_any_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool none_has_rows(const std::vector<Part>& parts) {
    return std::none_of(parts.begin(), parts.end(), [](const Part& part) { return part.rows.has_value(); });
}

}  // namespace

std::optional<Rows> rows_of_call(const Node& node, std::string_view function, const Config& arguments,
                                 const std::vector<Part>& parts, int rank) {
    if (none_has_rows(parts)) return {};
    const Call call{node, arguments, parts, rank};
    if (const auto rule = rules().find(function); rule != rules().end()) return rule->second(call);
    if (!elementwise_functions().contains(function)) call.mixes();
    return elementwise(call);
}

std::optional<Rows> rows_of_layer(const Node& node, const Layer& layer, const std::vector<Part>& parts,
                                  int rank) {
    if (none_has_rows(parts)) return {};
    if (const auto* operation = dynamic_cast<const layers::Operation*>(&layer))
        return rows_of_call(node, operation->function(), operation->arguments(), parts, rank);
    const bool in_front = std::all_of(parts.begin(), parts.end(),
                                      [](const Part& part) { return !part.rows || part.rows->axis == 0; });
    const std::string& name = layer.class_name();
    const bool has_axes = is_any_of(name, {"Softmax", "LayerNormalization", "Concatenate"});
    if (in_front && !has_axes) {  // as all layers have them, and leave them
        for (const Part& part : parts)
            if (part.rows && part.shape.rank() > 0) return Rows{0, part.rows->each};
    }
    const Config config = layer.get_config();
    const Call call{node, config, parts, rank};
    if (has_axes) return beside(call);
    if (is_any_of(name, {"Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Rescaling", "Dropout", "Add",
                         "Subtract", "Multiply", "Maximum", "Minimum"}))
        return elementwise(call);
    if (is_any_of(name, {"Dense", "BatchNormalization"})) return before_last<1>(call);
    if (name == "Permute") {
        Rows rows = call.first();
        const Config::List& dims = config["dims"].as_list();
        for (size_t i = 0; i < dims.size(); ++i)
            if (dims[i].as_integer() == call.first().axis) rows.axis = static_cast<int>(i) + 1;
        return rows;
    }
    if (name != "Reshape") call.mixes();
    const Shape target = config["target_shape"].as_shape();
    Ints to(target.begin(), target.end());
    to.insert(to.begin(), parts.front().shape[0]);
    return reshaped(call, to);
}

}  // namespace keratin::onnx
