#include "onnx/import/window.hpp"

#include <keratin/layers/batch_normalization.hpp>
#include <keratin/layers/group_normalization.hpp>
#include <keratin/layers/layer_normalization.hpp>
#include <keratin/ops/shaping.hpp>

#include <numeric>

namespace keratin::onnx {
namespace {

Config over(const Order& axes) {
    return Config::object({{"axis", Config::List(axes.begin(), axes.end())}, {"keepdims", true}});
}
Operand number(double value, const Operand& like) {
    return constant_value(Tensor::scalar(value, like.dtype()));
}

/// One number for each channel.
Tensor of_channels(const Node& node, size_t input, int64_t channels) {
    const Tensor& tensor = node.constant(input);
    if (tensor.shape() != Shape{channels} || tensor.dtype() != float32)
        node.wrong("input {} has shape {}; one number for each of {} channels is needed", input,
                   tensor.shape(), channels);
    return tensor;
}

void batch_normalization(const Node& node) {
    const Operand& x = node.input(0);
    if (node.integer("training_mode", 0))
        node.wrong("training_mode is set; keratin reads models for inference");
    if (x.rank() < 2 || x.dtype() != float32 || x.is_constant())
        node.wrong("input of shape {} and type {}", x.shape(), x.dtype());
    const int64_t channels = x.shape()[1];
    std::vector<Tensor> weights;
    for (size_t i = 1; i < 5; ++i) weights.push_back(of_channels(node, i, channels));
    const double momentum = node.number("momentum", static_cast<double>(0.9F));
    const double epsilon = node.number("epsilon", static_cast<double>(1e-5F));
    const auto layer = std::make_shared<layers::BatchNormalization>(layers::BatchNormalizationOptions{
        .momentum = momentum, .epsilon = epsilon, .name = node.layer_name()});
    const Order order = channels_last_order(x.rank());
    const Operand y = dynamic_value(node.layer(layer, {node.stored(x, order)}), order);
    layer->set_weights(weights);
    node.give(y);
}

void group_normalization(const Node& node) {
    const Operand& x = node.input(0);
    const bool instances = node.op() == "InstanceNormalization";
    const double epsilon = node.number("epsilon", static_cast<double>(1e-5F));
    if (x.rank() < 3 || x.dtype() != float32 || x.is_constant())
        node.wrong("input of shape {} and type {}", x.shape(), x.dtype());
    const int64_t channels = x.shape()[1], groups = instances ? channels : node.integer("num_groups", 0);
    if (groups < 1 || channels % groups) node.wrong("{} groups of {} channels", groups, channels);
    std::vector<Tensor> weights;
    for (size_t i = 1; i < 3; ++i) {
        const bool per_group = !instances && node.importer.opset() < 21;
        Tensor weight = of_channels(node, i, per_group ? groups : channels);
        if (per_group)
            weight =
                reshape(broadcast_to(reshape(weight, {groups, 1}), {groups, channels / groups}), {channels});
        weights.push_back(weight);
    }
    const auto layer = std::make_shared<layers::GroupNormalization>(
        layers::GroupNormalizationOptions{.groups = groups, .epsilon = epsilon, .name = node.layer_name()});
    const Order order = channels_last_order(x.rank());
    const Operand y = dynamic_value(node.layer(layer, {node.stored(x, order)}), order);
    layer->set_weights(weights);
    node.give(y);
}

void layer_normalization(const Node& node) {
    const Operand x = node.natural(node.input(0));
    const Operand& scale = node.input(1);
    const int axis = node.axis(node.integer("axis", -1), x.rank());
    const double epsilon = node.number("epsilon", static_cast<double>(1e-5F));
    Order axes;
    for (int one = axis; one < x.rank(); ++one) axes.push_back(one);
    const Shape extents = x.shape().slice(axis, x.rank());
    const bool constant = scale.is_known() && scale.shape() == extents &&
                          (!node.has(2) || (node.input(2).is_known() && node.input(2).shape() == extents));
    if (constant && axis > 0 && !x.is_constant() && x.dtype() == float32 && !node.wants(1) &&
        !node.wants(2)) {
        const auto layer = std::make_shared<layers::LayerNormalization>(layers::LayerNormalizationOptions{
            .axis = axes, .epsilon = epsilon, .center = node.has(2), .name = node.layer_name()});
        const KerasTensor y = node.layer(layer, {x.x});
        std::vector<Tensor> weights = {scale.constant};
        if (node.has(2)) weights.push_back(node.input(2).constant);
        layer->set_weights(weights);
        return node.give(dynamic_value(y));
    }
    const Operand mean = node.call("numpy.Mean", {x}, over(axes));
    const Operand centered = node.call("numpy.Subtract", {x, mean});
    const Operand variance = node.call("numpy.Mean", {node.call("numpy.Square", {centered})}, over(axes));
    const Operand inverse = node.call("math.Rsqrt", {node.call("numpy.Add", {variance, number(epsilon, x)})});
    Operand y = node.call("numpy.Multiply", {node.call("numpy.Multiply", {centered, inverse}), scale});
    if (node.has(2)) y = node.call("numpy.Add", {y, node.input(2)});
    node.give(0, y);
    node.give(1, mean);
    node.give(2, inverse);
}

void mean_variance_normalization(const Node& node) {
    const Operand x = node.natural(node.input(0));
    const Config arguments = over(node.axes(node.ints("axes", {0, 2, 3}), x.rank()));
    const Operand centered = node.call("numpy.Subtract", {x, node.call("numpy.Mean", {x}, arguments)});
    const Operand variance = node.call("numpy.Mean", {node.call("numpy.Square", {centered})}, arguments);
    const Operand deviation = node.call("numpy.Add", {node.call("numpy.Sqrt", {variance}), number(1e-9, x)});
    node.give(node.call("numpy.Divide", {centered, deviation}));
}

/// Each channel by its neighbours: their sums are a product with a band of ones.
void local_response_normalization(const Node& node) {
    const Operand& x = node.input(0);
    const int64_t size = node.integer("size", 0), channels = x.rank() > 1 ? x.shape()[1] : 0;
    if (size < 1 || x.rank() < 3 || channels < 1 || x.is_constant() || x.dtype() != float32)
        node.wrong("input of shape {} and size {}", x.shape(), size);
    node.check_size({channels, channels});
    const double alpha = node.number("alpha", static_cast<double>(1e-4F)), beta = node.number("beta", 0.75),
                 bias = node.number("bias", 1);
    std::vector<float> band(static_cast<size_t>(channels * channels), 0);
    for (int64_t c = 0; c < channels; ++c)
        for (int64_t i = std::max<int64_t>(0, c - (size - 1) / 2); i <= std::min(channels - 1, c + size / 2);
             ++i)
            band[static_cast<size_t>(i * channels + c)] =
                static_cast<float>(alpha) / static_cast<float>(size);
    const Order order = channels_last_order(x.rank());
    const Operand stored = dynamic_value(node.stored(x, order));
    const Operand sums = node.call(
        "numpy.Matmul",
        {node.call("numpy.Square", {stored}), constant_value(Tensor::from(band, {channels, channels}))});
    const Operand grown =
        node.call("numpy.Power", {node.call("numpy.Add", {sums, number(bias, x)}), number(beta, x)});
    Operand y = node.call("numpy.Divide", {stored, grown});
    y.order = order;
    node.give(y);
}

/// What has no length stays zero.
void length_normalization(const Node& node) {
    const Operand x = node.natural(node.input(0));
    const int64_t p = node.integer("p", 2);
    const Config arguments = over({node.axis(node.integer("axis", -1), x.rank())});
    if (p != 1 && p != 2) node.wrong("p is {}; it is 1 or 2", p);
    Operand length =
        node.call("numpy.Sum", {node.call(p == 1 ? "numpy.Absolute" : "numpy.Square", {x})}, arguments);
    if (p == 2) length = node.call("numpy.Sqrt", {length});
    const Operand none = node.call("numpy.Equal", {length, number(0, x)});
    node.give(node.call("numpy.Where", {none, number(0, x), node.call("numpy.Divide", {x, length})}));
}

}  // namespace

void add_norms(OperatorReaders& readers) {
    readers["BatchNormalization"] = batch_normalization;
    readers["InstanceNormalization"] = readers["GroupNormalization"] = group_normalization;
    readers["LayerNormalization"] = layer_normalization;
    readers["MeanVarianceNormalization"] = mean_variance_normalization;
    readers["LRN"] = local_response_normalization;
    readers["LpNormalization"] = length_normalization;
}

}  // namespace keratin::onnx
