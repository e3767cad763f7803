#include "onnx/import/rows.hpp"
#include "onnx/import/row_rules.hpp"

#include <keratin/layers/operation.hpp>

#include <set>

namespace keratin::onnx {

void refuse_mixed_rows(const Node& node) {
    node.wrong(
        "it mixes what stands along the first axis of the model's inputs, whose extent is open: that is "
        "keratin's batch, which predict and fit cut into pieces. Export the model with the batch in front, "
        "in PyTorch by batch_first=True, or with a number for that extent, and predict in one batch");
}

namespace {

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
        {"numpy.TakeAlongAxis", beside}, {"numpy.Squeeze", reduction},
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
