#include "onnx/import/graph.hpp"
#include "onnx/tensors.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/activation.hpp>
#include <keratin/layers/elu.hpp>
#include <keratin/layers/leaky_relu.hpp>
#include <keratin/layers/merging.hpp>
#include <keratin/layers/prelu.hpp>
#include <keratin/layers/relu.hpp>
#include <keratin/layers/rescaling.hpp>
#include <keratin/layers/softmax.hpp>
#include <keratin/ops/shaping.hpp>

#include <limits>

namespace keratin::onnx {
namespace {

Operand number(double value, DType dtype) {
    return constant_value(Tensor::scalar(value, dtype));
}

/// A layer of Keras's on what is float32, in whatever order of axes.
template <class Make>
bool by_layer(const Node& node, Make make) {
    const Operand& x = node.input(0);
    if (x.is_constant() || x.dtype() != float32) return false;
    Operand y = x;
    y.x = node.layer(make(node.layer_name()), x.x);
    node.give(y);
    return true;
}

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

/// Activations that Keras has by name.
void activation_named(const Node& node) {
    static const std::map<std::string_view, std::pair<const char*, const char*>> names = {
        {"Sigmoid", {"sigmoid", "nn.Sigmoid"}},    {"Tanh", {"tanh", "numpy.Tanh"}},
        {"Softplus", {"softplus", "nn.Softplus"}}, {"Softsign", {"softsign", "nn.Softsign"}},
        {"Exp", {"exponential", "numpy.Exp"}},     {"HardSwish", {"hard_silu", "nn.HardSilu"}}};
    const auto& [name, function] = names.at(node.op());
    const std::string_view text = name;
    if (by_layer(node, [&](const std::string& layer) {
            return layers::Activation(activation(text), {.name = layer});
        }))
        return;
    node.give(node.map(function, {node.input(0)}));
}

void relu(const Node& node) {
    if (by_layer(node, [](const std::string& name) { return layers::ReLU({.name = name}); })) return;
    node.give(node.map("nn.Relu", {node.input(0)}));
}

void leaky_relu(const Node& node) {
    const double slope = node.number("alpha", static_cast<double>(0.01F));
    const auto make = [&](const std::string& name) {
        return layers::LeakyReLU({.negative_slope = slope, .name = name});
    };
    if (slope >= 0 && by_layer(node, make)) return;
    node.give(node.map("nn.LeakyRelu", {node.input(0)}, Config::object({{"negative_slope", slope}})));
}

void elu(const Node& node) {
    const double alpha = node.number("alpha", 1);
    const auto make = [&](const std::string& name) { return layers::ELU({.alpha = alpha, .name = name}); };
    if (by_layer(node, make)) return;
    node.give(node.map("nn.Elu", {node.input(0)}, Config::object({{"alpha", alpha}})));
}

void celu(const Node& node) {
    node.give(node.map("nn.Celu", {node.input(0)}, Config::object({{"alpha", node.number("alpha", 1)}})));
}

Operand operator_of(const Node& node, const char* function, const Operand& a, const Operand& b) {
    return node.map(function, {a, b});
}
Operand times(const Node& node, const Operand& a, double factor) {
    return operator_of(node, "numpy.Multiply", a, number(factor, a.dtype()));
}
Operand plus(const Node& node, const Operand& a, double summand) {
    return operator_of(node, "numpy.Add", a, number(summand, a.dtype()));
}
Operand clipped(const Node& node, const Operand& x, double low, double high) {
    return node.map("numpy.Clip", {x}, Config::object({{"x_min", low}, {"x_max", high}}));
}

void selu(const Node& node) {
    constexpr double alpha = 1.6732632423543772848170429916717, gamma = 1.0507009873554804934193349852946;
    const double a = node.number("alpha", alpha), g = node.number("gamma", gamma);
    if (std::abs(a - alpha) < 1e-6 && std::abs(g - gamma) < 1e-6) {
        node.give(node.map("nn.Selu", {node.input(0)}));
        return;
    }
    node.give(times(node, node.map("nn.Elu", {node.input(0)}, Config::object({{"alpha", a}})), g));
}

void hard_sigmoid(const Node& node) {
    const double alpha = node.number("alpha", static_cast<double>(0.2F)), beta = node.number("beta", 0.5);
    const auto make = [](const std::string& name) {
        return layers::Activation("hard_sigmoid", {.name = name});
    };
    if (std::abs(alpha - 1.0 / 6) < 1e-7 && beta == 0.5 && by_layer(node, make)) return;
    node.give(clipped(node, plus(node, times(node, node.input(0), alpha), beta), 0, 1));
}

void gelu(const Node& node) {
    const std::string how = node.text("approximate", "none");
    if (how != "none" && how != "tanh") node.wrong("approximate is '{}'; it is 'none' or 'tanh'", how);
    node.give(node.map("nn.Gelu", {node.input(0)}, Config::object({{"approximate", how == "tanh"}})));
}

void mish(const Node& node) {
    const Operand& x = node.input(0);
    node.give(operator_of(node, "numpy.Multiply", x, node.map("numpy.Tanh", {node.map("nn.Softplus", {x})})));
}

/// x > alpha ? x : 0
void thresholded_relu(const Node& node) {
    const Operand& x = node.input(0);
    const Operand above = operator_of(node, "numpy.Greater", x, number(node.number("alpha", 1), x.dtype()));
    node.give(node.map("numpy.Where", {above, x, number(0, x.dtype())}));
}

void shrink(const Node& node) {
    const Operand& x = node.input(0);
    const double lambda = node.number("lambd", 0.5), bias = node.number("bias", 0);
    const Operand low = operator_of(node, "numpy.Less", x, number(-lambda, x.dtype()));
    const Operand high = operator_of(node, "numpy.Greater", x, number(lambda, x.dtype()));
    const Operand other = node.map("numpy.Where", {high, plus(node, x, -bias), number(0, x.dtype())});
    node.give(node.map("numpy.Where", {low, plus(node, x, bias), other}));
}

void is_infinite(const Node& node) {
    const bool negative = node.integer("detect_negative", 1), positive = node.integer("detect_positive", 1);
    const char* function = negative && positive ? "numpy.Isinf"
                           : negative           ? "numpy.Isneginf"
                                                : "numpy.Isposinf";
    if (!negative && !positive) node.wrong("neither sign is to be detected");
    node.give(node.map(function, {node.input(0)}));
}

void clip(const Node& node) {
    const Operand& x = node.input(0);
    double low = -std::numeric_limits<double>::infinity(), high = -low;
    if (node.importer.opset() < 11) {
        low = node.number("min", low);
        high = node.number("max", high);
    } else {
        const bool constant =
            (!node.has(1) || node.input(1).is_constant()) && (!node.has(2) || node.input(2).is_constant());
        if (!constant || !is_floating(x.dtype())) {
            Operand y = x;
            if (node.has(1)) y = operator_of(node, "numpy.Maximum", y, node.input(1));
            if (node.has(2)) y = operator_of(node, "numpy.Minimum", y, node.input(2));
            return node.give(y);
        }
        if (node.has(1)) low = node.number_of_input(1);
        if (node.has(2)) high = node.number_of_input(2);
    }
    const auto make = [&](const std::string& name) {
        return layers::ReLU({.max_value = high, .name = name});
    };
    if (low == 0 && high >= 0 && std::isfinite(high) && by_layer(node, make)) return;
    // Where low is above high, high wins.
    Operand y = x;
    if (std::isfinite(low)) y = operator_of(node, "numpy.Maximum", y, number(low, x.dtype()));
    if (std::isfinite(high)) y = operator_of(node, "numpy.Minimum", y, number(high, x.dtype()));
    node.give(y);
}

/// One slope for all, for each channel, or for each element.
void prelu(const Node& node) {
    const Operand &x = node.input(0), &slope = node.input(1);
    if (!x.is_constant() && x.flattened.empty() && slope.is_known() && x.dtype() == float32 &&
        slope.rank() <= x.rank() && x.rank() > 1) {
        Shape wide = slope.shape();
        while (wide.rank() < x.rank()) wide = Shape{1} + wide;
        const Tensor stored = in_storage(reshape(slope.constant, wide), x.order);
        std::vector<int> shared;
        bool fits = stored.shape()[0] == 1;
        for (int axis = 1; axis < x.rank(); ++axis) {
            if (stored.shape()[axis] == 1)
                shared.push_back(axis);
            else
                fits = fits && stored.shape()[axis] == x.x.shape()[axis];
        }
        if (fits) {
            const auto layer = std::make_shared<layers::PReLU>(
                layers::PReLUOptions{.shared_axes = shared, .name = node.layer_name()});
            Operand y = x;
            y.x = node.layer(layer, {x.x});
            layer->set_weights({stored.view(layer->alpha.shape())});
            return node.give(y);
        }
    }
    const Operand zero = number(0, x.dtype());
    const Operand below =
        operator_of(node, "numpy.Multiply", operator_of(node, "numpy.Minimum", x, zero), slope);
    node.give(operator_of(node, "numpy.Add", operator_of(node, "numpy.Maximum", x, zero), below));
}

/// Up to opset 12 a matrix is made at the axis, so those behind it must be of extent 1.
int axis_of_classes(const Node& node) {
    const bool old = node.importer.opset() < 13;
    const Operand& x = node.input(0);
    const int axis = node.axis(node.integer("axis", old ? 1 : -1), x.rank());
    if (old && axis != x.rank() - 1) {
        for (int i = axis + 1; i < x.rank(); ++i)
            if (x.shape()[i] != 1)
                node.wrong("before opset 13 it takes several axes together, which keratin does not read");
    }
    return axis;
}

void softmax(const Node& node) {
    const Operand& x = node.input(0);
    const bool logarithm = node.op() == "LogSoftmax";
    const int axis = axis_of_classes(node);
    if (!logarithm && !x.is_constant() && x.dtype() == float32) {
        Operand y = x.flattened.empty() ? x : node.natural(x);
        y.x =
            node.layer(layers::Softmax(y.order[static_cast<size_t>(axis)], {.name = node.layer_name()}), y.x);
        return node.give(y);
    }
    const Operand y = node.natural(x);
    node.give(node.call(logarithm ? "nn.LogSoftmax" : "nn.Softmax", {y}, Config::object({{"axis", axis}})));
}

void hardmax(const Node& node) {
    const Operand x = node.natural(node.input(0));
    const int axis = axis_of_classes(node);
    const int64_t extent = x.shape()[axis];
    if (extent == Shape::unknown) node.wrong("the extent of axis {} must be known", axis);
    const Operand places = node.call("numpy.Argmax", {x}, Config::object({{"axis", axis}}));
    node.give(node.call(
        "nn.OneHot", {places},
        Config::object({{"num_classes", extent}, {"axis", axis}, {"dtype", std::string(name(x.dtype()))}})));
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
    node.give(folded(node, function_of(node), node.input(0), node.input(1)));
}

void comparison(const Node& node) {
    node.give(node.map(function_of(node), {node.input(0), node.input(1)}));
}

void division(const Node& node) {
    const Operand &a = node.input(0), &b = node.input(1);
    // Of integers ONNX rounds towards zero; keras.ops has what rounds down.
    if (is_floating(a.dtype())) {
        Operand y;
        if (b.is_known() && b.constant.size() == 1 && b.rank() <= a.rank() && !a.is_constant() &&
            a.dtype() == float32) {
            const auto divisor = static_cast<double>(b.constant.data<float>()[0]);
            if (divisor != 0) {
                y = a;
                y.x = node.layer(layers::Rescaling(1 / divisor, {.name = node.layer_name()}), a.x);
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
    const Operand &a = node.input(0), &b = node.input(1);
    if (is_floating(a.dtype())) return node.give(node.map("numpy.Power", {a, node.cast(b, a.dtype())}));
    const Operand y = node.map("numpy.Power", {node.cast(a, float64), node.cast(b, float64)});
    node.give(node.cast(y, a.dtype()));
}

void of_many(const Node& node) {
    Operand y = node.input(0);
    for (size_t i = 1; i < node.inputs(); ++i) y = folded(node, function_of(node), y, node.input(i));
    if (node.op() == "Mean" && node.inputs() > 1)
        y = node.map("numpy.Divide", {y, number(static_cast<double>(node.inputs()), y.dtype())});
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

}  // namespace

void add_elementwise(OperatorReaders& readers) {
    for (const char* op : {"Abs",  "Neg",   "Log",  "Sqrt", "Sin",   "Cos",   "Tan",       "Sinh",
                           "Cosh", "Asin",  "Acos", "Atan", "Asinh", "Acosh", "Atanh",     "Floor",
                           "Ceil", "Round", "Sign", "Erf",  "Not",   "IsNaN", "Reciprocal"})
        readers[op] = plain;
    for (const char* op : {"Sigmoid", "Tanh", "Softplus", "Softsign", "Exp", "HardSwish"})
        readers[op] = activation_named;
    for (const char* op : {"Add", "Sub", "Mul"}) readers[op] = arithmetic;
    for (const char* op : {"And", "Or", "Xor", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual"})
        readers[op] = comparison;
    for (const char* op : {"Sum", "Mean", "Max", "Min"}) readers[op] = of_many;
    readers["Relu"] = relu, readers["LeakyRelu"] = leaky_relu, readers["Elu"] = elu, readers["Celu"] = celu;
    readers["Selu"] = selu, readers["HardSigmoid"] = hard_sigmoid, readers["Gelu"] = gelu,
    readers["Mish"] = mish;
    readers["ThresholdedRelu"] = thresholded_relu, readers["Shrink"] = shrink, readers["IsInf"] = is_infinite;
    readers["Clip"] = clip, readers["PRelu"] = prelu, readers["Hardmax"] = hardmax;
    readers["Softmax"] = readers["LogSoftmax"] = softmax;
    readers["Div"] = division, readers["Mod"] = remainder, readers["Pow"] = power, readers["Where"] = chosen;
    readers["Cast"] = cast_to;
    readers["CastLike"] = [](const Node& node) {
        node.give(node.cast(node.input(0), node.input(1).dtype()));
    };
    readers["Identity"] = [](const Node& node) { node.give(node.input(0)); };
}

}  // namespace keratin::onnx
