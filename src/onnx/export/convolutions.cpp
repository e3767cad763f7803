#include "onnx/export/layers.hpp"

#include <keratin/core/padding.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin::onnx {
namespace {

/// How the window of a layer moves, along each of its axes.
struct Window {
    Ints taps, strides, dilations;

    explicit Window(const LayerCall& call)
        : taps(extents_of(call.config["kernel_size"])),
          strides(extents_of(call.config["strides"])),
          dilations(extents_of(call.config["dilation_rate"])) {}
};

/// "same" as explicit zeros where the extents or the strides allow it.
void add_padding(Attributes& attributes, const LayerCall& call, const Window& window) {
    const std::string& padding = call.word("padding");
    if (padding == "valid") return;
    Ints before, after;
    for (size_t i = 0; i < window.taps.size(); ++i) {
        const int64_t reach = (window.taps[i] - 1) * window.dilations[i];
        const int64_t in = call.x().shape[static_cast<int>(i) + 1];
        if (padding == "causal") {
            before.push_back(reach), after.push_back(0);
        } else if (in == Shape::unknown && window.strides[i] > 1) {
            attributes.emplace_back("auto_pad", std::string("SAME_UPPER"));
            return;
        } else {
            const WindowExtent extent =
                window_extent(in == Shape::unknown ? reach + 1 : in, window.taps[i], window.strides[i],
                              window.dilations[i], Padding::Kind::same, {0, 0});
            before.push_back(extent.before), after.push_back(extent.after);
        }
    }
    before.insert(before.end(), after.begin(), after.end());
    attributes.emplace_back("pads", before);
}

/// One Conv node. `kernel` is ONNX's: (filters, channels of a group, taps..).
Value convolved(LayerCall& call, const Value& x, const Tensor& kernel, const Tensor& bias, int64_t groups,
                const Window* window, const std::string& name) {
    const Value first = call.graph.channels_first(x);
    Attributes attributes = {{"group", groups},
                             {"kernel_shape", Ints(kernel.shape().begin() + 2, kernel.shape().end())}};
    if (window) {
        attributes.emplace_back("strides", window->strides);
        attributes.emplace_back("dilations", window->dilations);
        add_padding(attributes, call, *window);
    }
    std::vector<std::string> inputs = {first.name, call.graph.weight(kernel, name)};
    if (bias.defined()) inputs.push_back(call.graph.weight(bias, "bias"));
    Value y = first;
    y.name = call.graph.node("Conv", inputs, attributes);
    y.shape = call.shapes.front();
    return y;
}

/// (taps.., in, out) with the last two in front: (out, in, taps..).
Tensor taps_last(const Tensor& kernel) {
    std::vector<int> order = {kernel.rank() - 1, kernel.rank() - 2};
    for (int axis = 0; axis + 2 < kernel.rank(); ++axis) order.push_back(axis);
    return transpose(kernel, order);
}

/// (taps.., channels, multiplier) as (channels * multiplier, 1, taps..).
Tensor of_single_channels(const Tensor& kernel) {
    const int rank = kernel.rank();
    std::vector<int> order = {rank - 2, rank - 1};
    for (int axis = 0; axis + 2 < rank; ++axis) order.push_back(axis);
    const Tensor ordered = transpose(kernel, order);
    return reshape(ordered,
                   Shape{kernel.shape()[-1] * kernel.shape()[-2], 1} + ordered.shape().slice(2, rank));
}

std::vector<Value> finished(LayerCall& call, const Value& y) {
    return {activated(call.graph, y, call.word("activation"))};
}

std::vector<Value> convolution(LayerCall& call) {
    const Window window(call);
    return finished(call, convolved(call, call.x(), taps_last(call.weight("kernel")), call.weight("bias"),
                                    call.integer("groups"), &window, "kernel"));
}

std::vector<Value> depthwise(LayerCall& call) {
    const Window window(call);
    const Tensor kernel = call.weight("kernel");
    return finished(call, convolved(call, call.x(), of_single_channels(kernel), call.weight("bias"),
                                    kernel.shape()[-2], &window, "kernel"));
}

std::vector<Value> separable(LayerCall& call) {
    const Window window(call);
    const Tensor kernel = call.weight("depthwise_kernel");
    const Value apart = convolved(call, call.x(), of_single_channels(kernel), {}, kernel.shape()[-2], &window,
                                  "depthwise_kernel");
    return finished(call, convolved(call, apart, taps_last(call.weight("pointwise_kernel")),
                                    call.weight("bias"), 1, nullptr, "pointwise_kernel"));
}

/// As layers/conv_transpose.cpp: what of the full output is cut off, or added behind it.
std::vector<Value> transposed(LayerCall& call) {
    const Window window(call);
    const bool same = call.word("padding") == "same";
    const Config& given = call.config["output_padding"];
    const Ints extra = given.is_null() ? Ints{} : extents_of(given);
    Ints before, after, behind;
    for (size_t i = 0; i < window.taps.size(); ++i) {
        const int64_t reach = (window.taps[i] - 1) * window.dilations[i] + 1, stride = window.strides[i];
        const int64_t tail =
            extra.empty() ? (same ? stride : std::max(reach, stride)) : (same ? reach % 2 : reach) + extra[i];
        const int64_t cut = std::max<int64_t>(reach - tail, 0);
        before.push_back(cut / 2), after.push_back(cut - cut / 2),
            behind.push_back(std::max<int64_t>(tail - reach, 0));
    }
    before.insert(before.end(), after.begin(), after.end());
    const Value x = call.graph.channels_first(call.x());
    std::vector<std::string> inputs = {x.name, call.graph.weight(taps_last(call.weight("kernel")), "kernel")};
    if (const Tensor bias = call.weight("bias"); bias.defined())
        inputs.push_back(call.graph.weight(bias, "bias"));
    Value y = x;
    y.name = call.graph.node("ConvTranspose", inputs,
                             {{"kernel_shape", window.taps},
                              {"strides", window.strides},
                              {"dilations", window.dilations},
                              {"pads", before},
                              {"output_padding", behind}});
    y.shape = call.shapes.front();
    return finished(call, y);
}

}  // namespace

void add_convolutions(LayerWriters& writers) {
    writers["Conv1D"] = writers["Conv2D"] = convolution;
    writers["DepthwiseConv1D"] = writers["DepthwiseConv2D"] = depthwise;
    writers["SeparableConv1D"] = writers["SeparableConv2D"] = separable;
    writers["Conv1DTranspose"] = writers["Conv2DTranspose"] = transposed;
}

}  // namespace keratin::onnx
