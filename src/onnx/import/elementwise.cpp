#include "onnx/import/graph.hpp"
#include "onnx/tensors.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/dropout.hpp>
#include <keratin/layers/merging.hpp>
#include <keratin/layers/rescaling.hpp>

#include <cmath>

namespace keratin::onnx {
namespace {

/// Functions of keras.ops that say the same of each element.
void plain(const Node& node) {
    static const std::map<std::string_view, const char*> functions = {{"Abs", "numpy.Absolute"},
                                                                      {"Neg", "numpy.Negative"},
                                                                      {"Log", "numpy.Log"},
                                                                      {"Sqrt", "numpy.Sqrt"},
                                                                      {"Sin", "numpy.Sin"},
                                                                      {"Cos", "numpy.Cos"},
                                                                      {"Tan", "numpy.Tan"},
                                                                      {"Sinh", "numpy.Sinh"},
                                                                      {"Cosh", "numpy.Cosh"},
                                                                      {"Asin", "numpy.Arcsin"},
                                                                      {"Acos", "numpy.Arccos"},
                                                                      {"Atan", "numpy.Arctan"},
                                                                      {"Asinh", "numpy.Arcsinh"},
                                                                      {"Acosh", "numpy.Arccosh"},
                                                                      {"Atanh", "numpy.Arctanh"},
                                                                      {"Floor", "numpy.Floor"},
                                                                      {"Ceil", "numpy.Ceil"},
                                                                      {"Round", "numpy.Round"},
                                                                      {"Sign", "numpy.Sign"},
                                                                      {"Erf", "math.Erf"},
                                                                      {"Not", "numpy.LogicalNot"},
                                                                      {"IsNaN", "numpy.Isnan"},
                                                                      {"Reciprocal", "numpy.Reciprocal"}};
    node.give(node.map(functions.at(node.op()), {node.input(0)}));
}

void is_infinite(const Node& node) {
    const bool negative = node.integer("detect_negative", 1), positive = node.integer("detect_positive", 1);
    const char* function = negative && positive ? "numpy.Isinf"
                           : negative           ? "numpy.Isneginf"
                                                : "numpy.Isposinf";
    if (!negative && !positive) node.wrong("neither sign is to be detected");
    node.give(node.map(function, {node.input(0)}));
}

// -- of several inputs
// --------------------------------------------------------------------------------------------

/// Layers of Keras's where all are float32 tensors of one rank.
bool by_merging(const Node& node, const Operand& a, const Operand& b, Operand& result) {
    if (a.is_constant() || b.is_constant() || a.rank() != b.rank() || a.dtype() != float32 ||
        b.dtype() != float32)
        return false;
    std::shared_ptr<Layer> layer;
    const layers::MergeOptions named{.name = node.layer_name()};
    if (node.op() == "Add" || node.op() == "Sum")
        layer = std::make_shared<layers::Add>(named);
    else if (node.op() == "Sub")
        layer = std::make_shared<layers::Subtract>(named);
    else if (node.op() == "Mul")
        layer = std::make_shared<layers::Multiply>(named);
    else if (node.op() == "Max")
        layer = std::make_shared<layers::Maximum>(named);
    else if (node.op() == "Min")
        layer = std::make_shared<layers::Minimum>(named);
    else
        return false;
    const Shape first = a.shape(), second = b.shape();
    for (int axis = 0; axis < first.rank(); ++axis)  // None and 1 may be anything
        if (axis > 0 && (first[axis] == Shape::unknown) != (second[axis] == Shape::unknown)) return false;
    const bool plain = a.flattened.empty();
    result = plain ? a : node.natural(a);
    result.x = node.layer(layer, {result.x, node.stored(b, result.order)});
    return true;
}

/// x times and plus a number.
bool by_rescaling(const Node& node, const Operand& a, const Operand& b, Operand& result) {
    const bool second = b.is_known() && b.constant.size() == 1 && b.rank() <= a.rank();
    const bool first = a.is_known() && a.constant.size() == 1 && a.rank() <= b.rank();
    const Operand &x = second ? a : b, &c = second ? b : a;
    if (!(first || second) || x.is_constant() || x.dtype() != float32 || c.dtype() != float32) return false;
    const auto value = static_cast<double>(c.constant.data<float>()[0]);
    double scale = 1, offset = 0;
    if (node.op() == "Add")
        offset = value;
    else if (node.op() == "Sub")
        scale = second ? 1 : -1, offset = second ? -value : value;
    else if (node.op() == "Mul")
        scale = value;
    else
        return false;
    result = x;
    result.x = node.layer(layers::Rescaling(scale, {.offset = offset, .name = node.layer_name()}), x.x);
    return true;
}

/// Of one dtype again, where keras.ops makes another of it.
Operand folded(const Node& node, const char* function, const Operand& a, const Operand& b) {
    Operand y;
    if (by_merging(node, a, b, y) || by_rescaling(node, a, b, y)) return y;
    if (a.dtype() != b.dtype())
        node.wrong("its inputs are {} and {}; they must be of one type", a.dtype(), b.dtype());
    return node.cast(node.map(function, {a, b}), a.dtype());
}

const char* function_of(const Node& node) {
    static const std::map<std::string_view, const char*> functions = {
        {"Add", "numpy.Add"},
        {"Sub", "numpy.Subtract"},
        {"Mul", "numpy.Multiply"},
        {"Sum", "numpy.Add"},
        {"Mean", "numpy.Add"},
        {"Max", "numpy.Maximum"},
        {"Min", "numpy.Minimum"},
        {"And", "numpy.LogicalAnd"},
        {"Or", "numpy.LogicalOr"},
        {"Xor", "numpy.LogicalXor"},
        {"Equal", "numpy.Equal"},
        {"Greater", "numpy.Greater"},
        {"Less", "numpy.Less"},
        {"GreaterOrEqual", "numpy.GreaterEqual"},
        {"LessOrEqual", "numpy.LessEqual"}};
    return functions.at(node.op());
}

void arithmetic(const Node& node) {
    node.give(folded(node, function_of(node), node.input(0), node.second_input()));
}

void comparison(const Node& node) {
    node.give(node.map(function_of(node), {node.input(0), node.second_input()}));
}

void division(const Node& node) {
    const Operand &a = node.input(0), b = node.second_input();
    // Of integers ONNX rounds towards zero; keras.ops has what rounds down.
    if (is_floating(a.dtype())) {
        Operand y;
        if (b.is_known() && b.constant.size() == 1 && b.rank() <= a.rank() && !a.is_constant() &&
            a.dtype() == float32) {
            // A quotient by way of the inverse is off by one more rounding, where that is a normal number.
            const float inverse = 1 / b.constant.data<float>()[0];
            if (std::isnormal(inverse)) {
                const double scale = 1 / static_cast<double>(b.constant.data<float>()[0]);
                y = a;
                y.x = node.layer(layers::Rescaling(scale, {.name = node.layer_name()}), a.x);
                return node.give(y);
            }
        }
        return node.give(node.cast(node.map("numpy.Divide", {a, b}), a.dtype()));
    }
    const Operand sign =
        node.map("numpy.Multiply", {node.map("numpy.Sign", {a}), node.map("numpy.Sign", {b})});
    if (a.dtype() == uint8) return node.give(node.cast(node.map("numpy.FloorDivide", {a, b}), a.dtype()));
    const Operand sizes =
        node.map("numpy.FloorDivide", {node.map("numpy.Absolute", {a}), node.map("numpy.Absolute", {b})});
    node.give(node.cast(node.map("numpy.Multiply", {sizes, sign}), a.dtype()));
}

void remainder(const Node& node) {
    const Operand &a = node.input(0), &b = node.input(1);
    if (node.integer("fmod", 0) == 0) return node.give(node.cast(node.map("numpy.Mod", {a, b}), a.dtype()));
    // With the sign of the dividend.
    const Operand rest =
        node.map("numpy.Mod", {node.map("numpy.Absolute", {a}), node.map("numpy.Absolute", {b})});
    node.give(node.cast(node.map("numpy.Multiply", {rest, node.map("numpy.Sign", {a})}), a.dtype()));
}

/// The exponent may be of another type.
void power(const Node& node) {
    const Operand &a = node.input(0), b = node.second_input();
    if (is_floating(a.dtype())) return node.give(node.map("numpy.Power", {a, node.cast(b, a.dtype())}));
    const Operand y = node.map("numpy.Power", {node.cast(a, float64), node.cast(b, float64)});
    node.give(node.cast(y, a.dtype()));
}

void of_many(const Node& node) {
    Operand y = node.input(0);
    for (size_t i = 1; i < node.inputs(); ++i) y = folded(node, function_of(node), y, node.input(i));
    if (node.op() == "Mean" && node.inputs() > 1)
        y = node.map("numpy.Divide",
                     {y, constant_value(Tensor::scalar(static_cast<double>(node.inputs()), y.dtype()))});
    node.give(y);
}

void chosen(const Node& node) {
    const Operand &a = node.input(1), &b = node.input(2);
    if (a.dtype() != b.dtype())
        node.wrong("it chooses between {} and {}; they must be of one type", a.dtype(), b.dtype());
    node.give(node.cast(node.map("numpy.Where", {node.input(0), a, b}), a.dtype()));
}

void cast_to(const Node& node) {
    const int64_t type = node.integer("to", 0);
    const std::optional<DType> dtype = dtype_of_element(static_cast<int>(type));
    if (!dtype) node.wrong("keratin has no dtype for {}", element_name(static_cast<int>(type)));
    node.give(node.cast(node.input(0), *dtype));
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

void add_elementwise(OperatorReaders& readers) {
    for (const char* op : {"Abs",  "Neg",   "Log",  "Sqrt", "Sin",   "Cos",   "Tan",       "Sinh",
                           "Cosh", "Asin",  "Acos", "Atan", "Asinh", "Acosh", "Atanh",     "Floor",
                           "Ceil", "Round", "Sign", "Erf",  "Not",   "IsNaN", "Reciprocal"})
        readers[op] = plain;
    for (const char* op : {"Add", "Sub", "Mul"}) readers[op] = arithmetic;
    for (const char* op : {"And", "Or", "Xor", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual"})
        readers[op] = comparison;
    for (const char* op : {"Sum", "Mean", "Max", "Min"}) readers[op] = of_many;
    readers["IsInf"] = is_infinite;
    readers["Div"] = division, readers["Mod"] = remainder, readers["Pow"] = power, readers["Where"] = chosen;
    readers["Cast"] = cast_to;
    readers["Dropout"] = dropout;
    readers["CastLike"] = [](const Node& node) {
        node.give(node.cast(node.input(0), node.input(1).dtype()));
    };
    readers["Identity"] = [](const Node& node) { node.give(node.input(0)); };
}

}  // namespace keratin::onnx
