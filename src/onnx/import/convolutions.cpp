#include "onnx/import/window.hpp"

#include <keratin/layers/concatenate.hpp>
#include <keratin/layers/conv1d.hpp>
#include <keratin/layers/conv1d_transpose.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/conv2d_transpose.hpp>
#include <keratin/layers/cropping1d.hpp>
#include <keratin/layers/cropping2d.hpp>
#include <keratin/layers/depthwise_conv1d.hpp>
#include <keratin/layers/depthwise_conv2d.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

namespace keratin::onnx {
namespace {

Size2 size2(const Ints& sides) {
    return {sides[0], sides[1]};
}

/// Kernel and bias of a node, which must be constant.
struct Weights {
    Tensor kernel, bias;

    explicit Weights(const Node& node) : kernel(node.constant(1)) {
        if (node.has(2)) bias = node.constant(2);
        const Shape shape = kernel.shape();
        if (shape.rank() < 3 || shape.rank() != node.input(0).rank() || kernel.size() == 0 ||
            kernel.dtype() != float32)
            node.wrong("weights of shape {} do not go with input of shape {}", shape, node.input(0).shape());
        if (bias.defined() && (bias.rank() != 1 || bias.dtype() != float32))
            node.wrong("its bias has shape {}", bias.shape());
    }
    std::vector<Tensor> with(const Tensor& turned) const {
        return bias.defined() ? std::vector<Tensor>{turned, bias} : std::vector<Tensor>{turned};
    }
    Ints taps() const { return {kernel.shape().begin() + 2, kernel.shape().end()}; }
};

/// (a, b, taps..) as (taps.., first, second), each 0 or 1.
Tensor taps_first(const Tensor& kernel, int first, int second) {
    std::vector<int> order;
    for (int axis = 2; axis < kernel.rank(); ++axis) order.push_back(axis);
    order.push_back(first), order.push_back(second);
    return transpose(kernel, order);
}

template <class Options>
void set_window(Options& options, const Node& node, const Window& window, const Weights& weights) {
    if (window.padding == Window::Padding::same) options.padding = "same";
    options.use_bias = weights.bias.defined();
    options.name = node.layer_name();
}

void convolution(const Node& node) {
    const Operand& x = node.input(0);
    const Weights weights(node);
    const Window window(node, x, weights.taps());
    if (window.taps != weights.taps())
        node.wrong("kernel_shape and weights of shape {} differ", weights.kernel.shape());
    const int64_t groups = node.integer("group", 1), filters = weights.kernel.shape()[0],
                  each = weights.kernel.shape()[1];
    const int64_t channels = x.shape()[1];
    if (groups < 1 || filters % groups || each > channels || each * std::min(groups, channels) != channels ||
        groups > channels || (weights.bias.defined() && weights.bias.size() != filters))
        node.wrong("{} groups, weights of shape {} and input of shape {} do not go together", groups,
                   weights.kernel.shape(), x.shape());
    const KerasTensor images = padded(node, window, images_of(node, x));
    const bool sequences = x.rank() == 3;
    std::shared_ptr<Layer> layer;
    Tensor kernel;
    if (groups > 1 && each == 1) {  // (channels * multiplier, 1, taps..) as (taps.., channels, multiplier)
        const int64_t multiplier = filters / groups;
        const Shape taps = weights.kernel.shape().slice(2, weights.kernel.rank());
        kernel = taps_first(reshape(weights.kernel, Shape{groups, multiplier} + taps), 0, 1);
        if (sequences) {
            layers::DepthwiseConv1DOptions options{.kernel_size = window.taps[0],
                                                   .strides = window.strides[0],
                                                   .depth_multiplier = multiplier,
                                                   .dilation_rate = window.dilations[0]};
            set_window(options, node, window, weights);
            layer = std::make_shared<layers::DepthwiseConv1D>(options);
        } else {
            layers::DepthwiseConv2DOptions options{.kernel_size = size2(window.taps),
                                                   .strides = size2(window.strides),
                                                   .depth_multiplier = multiplier,
                                                   .dilation_rate = size2(window.dilations)};
            set_window(options, node, window, weights);
            layer = std::make_shared<layers::DepthwiseConv2D>(options);
        }
    } else {
        kernel = taps_first(weights.kernel, 1, 0);
        if (sequences) {
            layers::Conv1DOptions options{.kernel_size = window.taps[0],
                                          .strides = window.strides[0],
                                          .dilation_rate = window.dilations[0],
                                          .groups = groups};
            set_window(options, node, window, weights);
            layer = std::make_shared<layers::Conv1D>(filters, options);
        } else {
            layers::Conv2DOptions options{.kernel_size = size2(window.taps),
                                          .strides = size2(window.strides),
                                          .dilation_rate = size2(window.dilations),
                                          .groups = groups};
            set_window(options, node, window, weights);
            layer = std::make_shared<layers::Conv2D>(filters, options);
        }
    }
    const KerasTensor y = node.layer(layer, {images});
    layer->set_weights(weights.with(kernel));
    node.give(as_images(y));
}

/// What of the whole output of a transposed convolution is cut off, and what is added behind it.
struct Cut {
    Ints before, after, front, behind;

    Cut(const Node& node, const Window& window)
        : before(window.before),
          after(window.after),
          front(before.size(), 0),
          behind(node.ints("output_padding", Ints(before.size(), 0))) {
        const size_t n = before.size();
        const std::string how = node.text("auto_pad", "NOTSET");
        const Ints wanted = node.ints("output_shape");
        if (behind.size() != n || (!wanted.empty() && wanted.size() != n))
            node.wrong("output_padding has {} and output_shape {} numbers for {} axes", behind.size(),
                       wanted.size(), n);
        for (const int64_t one : wanted)
            if (one < 1 || one > INT32_MAX) node.wrong("output_shape is ({})", fmt::join(wanted, ", "));
        for (size_t i = 0; i < n; ++i) {
            const int64_t reach = window.reach(i), in = window.extents()[i];
            if (behind[i] < 0 || behind[i] > INT16_MAX) node.wrong("output_padding is {}", behind[i]);
            if (!wanted.empty() || how.starts_with("SAME")) {
                if (in == Shape::unknown && !wanted.empty())
                    node.wrong("it has output_shape, so its input must have known sides");
                const int64_t whole = wanted.empty()
                                          ? reach + behind[i] - window.strides[i]
                                          : window.strides[i] * (in - 1) + behind[i] + reach - wanted[i];
                const int64_t half = (whole - (whole < 0 && whole % 2 ? 1 : 0)) / 2;  // rounded down
                before[i] = how == "SAME_UPPER" ? half : whole - half;
                if (whole < 0 && !how.starts_with("SAME")) before[i] = 0;
                after[i] = whole - before[i];
                front[i] = std::max<int64_t>(-before[i], 0);
                behind[i] += std::max<int64_t>(-after[i], 0);
                before[i] = std::max<int64_t>(before[i], 0);
                after[i] = std::max<int64_t>(after[i], 0);
            }
            const int64_t both = std::min(after[i], behind[i]);
            after[i] -= both, behind[i] -= both;
        }
    }
};

/// The same, moved to the end of what it makes: zeros stand in front of its taps.
Tensor moved_back(const Node& node, const Window& window, const Cut& cut, const Tensor& kernel) {
    Tensor moved = kernel;
    for (size_t i = 0; i < cut.front.size(); ++i) {
        const int64_t step = window.taps[i] > 1 ? window.dilations[i] : 1;
        if (cut.front[i] == 0) continue;
        if (cut.front[i] % step || (window.taps[i] == 1 && window.dilations[i] > 1))
            node.wrong("its dilated kernel is smaller than its strides, which auto_pad does not go with");
        const int axis = static_cast<int>(i) + 2;
        moved = concat({zeros(moved.shape().with(axis, cut.front[i] / step)), moved}, axis);
    }
    return moved;
}

/// The whole output, and behind it what does not overlap the next tap, are what Keras calls valid.
KerasTensor transposed_of(const Node& node, const Window& window, const Cut& cut, const KerasTensor& x,
                          const Weights& weights) {
    std::shared_ptr<Layer> layer;
    const int64_t filters = weights.kernel.shape()[1];
    if (x.rank() == 3)
        layer = std::make_shared<layers::Conv1DTranspose>(
            filters, layers::Conv1DTransposeOptions{.kernel_size = window.taps[0],
                                                    .strides = window.strides[0],
                                                    .output_padding = cut.behind[0],
                                                    .dilation_rate = window.dilations[0],
                                                    .use_bias = weights.bias.defined(),
                                                    .name = node.layer_name()});
    else
        layer = std::make_shared<layers::Conv2DTranspose>(
            filters, layers::Conv2DTransposeOptions{.kernel_size = size2(window.taps),
                                                    .strides = size2(window.strides),
                                                    .output_padding = size2(cut.behind),
                                                    .dilation_rate = size2(window.dilations),
                                                    .use_bias = weights.bias.defined(),
                                                    .name = node.layer_name()});
    KerasTensor y = node.layer(layer, {x});
    layer->set_weights(weights.with(taps_first(weights.kernel, 1, 0)));
    return y;
}

/// Each group by itself, one behind the other: Keras's transposed convolutions have none.
KerasTensor transposed_by_groups(const Node& node, const Window& window, const Cut& cut, const KerasTensor& x,
                                 const Weights& weights, int64_t groups) {
    if (groups == 1) return transposed_of(node, window, cut, x, weights);
    const int64_t channels = weights.kernel.shape()[0] / groups, filters = weights.kernel.shape()[1];
    node.check_parts(groups);
    std::vector<KerasTensor> parts;
    for (int64_t g = 0; g < groups; ++g) {
        Weights own = weights;
        own.kernel = slice(weights.kernel, {{g * channels, (g + 1) * channels}});
        if (weights.bias.defined()) own.bias = slice(weights.bias, {{g * filters, (g + 1) * filters}});
        const Operand part = node.sliced(as_images(x), {{}, {g * channels, (g + 1) * channels, 1}});
        parts.push_back(transposed_of(node, window, cut, part.x, own));
    }
    return node.layer(std::make_shared<layers::Concatenate>(
                          layers::ConcatenateOptions{.axis = -1, .name = node.layer_name()}),
                      parts);
}

void transposed(const Node& node) {
    const Operand& x = node.input(0);
    Weights weights(node);
    Window window(node, x, weights.taps());
    if (window.taps != weights.taps())
        node.wrong("kernel_shape and weights of shape {} differ", weights.kernel.shape());
    const int64_t groups = node.integer("group", 1), channels = weights.kernel.shape()[0];
    if (channels != x.shape()[1] || groups < 1 || channels % groups ||
        (weights.bias.defined() && weights.bias.size() != groups * weights.kernel.shape()[1]))
        node.wrong("{} groups, weights of shape {} and input of shape {} do not go together", groups,
                   weights.kernel.shape(), x.shape());
    const Cut cut(node, window);
    for (size_t i = 0; i < cut.behind.size(); ++i)
        if (cut.behind[i] >= window.strides[i])
            node.wrong("output_padding {} is not below the strides {}", cut.behind[i], window.strides[i]);
    weights.kernel = moved_back(node, window, cut, weights.kernel);
    window.taps = weights.taps();
    KerasTensor y = transposed_by_groups(node, window, cut, images_of(node, x), weights, groups);
    const auto any = [](const Ints& sides) {
        return std::any_of(sides.begin(), sides.end(), [](int64_t n) { return n != 0; });
    };
    if (any(cut.before) || any(cut.after)) {
        const Ints &a = cut.before, &b = cut.after;
        y = x.rank() == 3
                ? node.layer(layers::Cropping1D({a[0], b[0]}, {.name = node.layer_name()}), y)
                : node.layer(layers::Cropping2D({a[0], b[0]}, {a[1], b[1]}, {.name = node.layer_name()}), y);
    }
    node.give(as_images(y));
}

}  // namespace

void add_convolutions(OperatorReaders& readers) {
    readers["Conv"] = convolution;
    readers["ConvTranspose"] = transposed;
}

}  // namespace keratin::onnx
