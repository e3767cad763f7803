#include "onnx/import/graph.hpp"

#include <keratin/layers/activation.hpp>
#include <keratin/layers/elu.hpp>
#include <keratin/layers/leaky_relu.hpp>
#include <keratin/layers/prelu.hpp>
#include <keratin/layers/relu.hpp>
#include <keratin/layers/softmax.hpp>
#include <keratin/ops/shaping.hpp>

#include <cmath>
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

/// Before opset 7 they are one for all, or one for each channel.
Operand slopes(const Node& node) {
    Operand slope = node.input(1);
    if (node.importer.opset() >= 7 || slope.rank() == 0 || slope.shape().size() == 1) return slope;
    if (slope.rank() != 1 || node.input(0).rank() < 2 || slope.shape()[0] != node.input(0).shape()[1])
        node.wrong("its slopes have shape {}, its input {}; before opset 7 there is one for each channel",
                   slope.shape(), node.input(0).shape());
    for (int axis = 2; axis < node.input(0).rank(); ++axis)
        slope = node.call("numpy.ExpandDims", {slope}, Config::object({{"axis", -1}}));
    return slope;
}

/// One slope for all, for each channel, or for each element.
void prelu(const Node& node) {
    const Operand &x = node.input(0), slope = slopes(node);
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

}  // namespace

void add_activations(OperatorReaders& readers) {
    for (const char* op : {"Sigmoid", "Tanh", "Softplus", "Softsign", "Exp", "HardSwish"})
        readers[op] = activation_named;
    readers["Relu"] = relu, readers["LeakyRelu"] = leaky_relu, readers["Elu"] = elu, readers["Celu"] = celu;
    readers["Selu"] = selu, readers["HardSigmoid"] = hard_sigmoid, readers["Gelu"] = gelu,
    readers["Mish"] = mish;
    readers["ThresholdedRelu"] = thresholded_relu, readers["Shrink"] = shrink;
    readers["Clip"] = clip, readers["PRelu"] = prelu, readers["Hardmax"] = hardmax;
    readers["Softmax"] = readers["LogSoftmax"] = softmax;
}

}  // namespace keratin::onnx
