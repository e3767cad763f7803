#include "layers/node.hpp"
#include "onnx/import/window.hpp"

#include <keratin/layers/average_pooling1d.hpp>
#include <keratin/layers/average_pooling2d.hpp>
#include <keratin/layers/global_average_pooling1d.hpp>
#include <keratin/layers/global_average_pooling2d.hpp>
#include <keratin/layers/global_max_pooling1d.hpp>
#include <keratin/layers/global_max_pooling2d.hpp>
#include <keratin/layers/max_pooling1d.hpp>
#include <keratin/layers/max_pooling2d.hpp>

#include <cfloat>

namespace keratin::onnx {
namespace {

/// Rounds the extents of the output up, by more behind the input, where that is asked for.
void round_up(const Node& node, Window& window) {
    // Where pads follow from the extents, these are rounded up anyway.
    if (node.integer("ceil_mode", 0) == 0 || node.text("auto_pad", "NOTSET").starts_with("SAME")) return;
    for (size_t i = 0; i < window.taps.size(); ++i) {
        const int64_t in = window.extents()[i];
        if (in == Shape::unknown) node.wrong("ceil_mode is set, so its input must have known sides");
        const int64_t whole = in + window.before[i] + window.after[i], stride = window.strides[i];
        int64_t out = (whole - window.reach(i) + stride - 1) / stride + 1;
        if ((out - 1) * stride >= in + window.before[i]) --out;  // the last window must begin inside
        const int64_t more = (out - 1) * stride + window.reach(i) - whole;
        if (more <= 0) continue;
        window.after[i] += more;
        window.padding = Window::Padding::zeros;
    }
}

Window window_of(const Node& node) {
    Window window(node, node.input(0), {});
    for (size_t i = 0; i < window.taps.size(); ++i)
        if (window.before[i] >= window.taps[i] || window.after[i] >= window.taps[i])
            node.wrong("its pads are not smaller than its kernel");
    round_up(node, window);
    return window;
}

template <class Layer1D, class Layer2D>
KerasTensor pooled(const Node& node, const Window& window, const KerasTensor& x) {
    const keratin::Padding padding =
        window.padding == Window::Padding::same ? keratin::Padding("same") : keratin::Padding("valid");
    const std::string name = node.layer_name();
    if (x.rank() == 3)
        return node.layer(
            Layer1D(window.taps[0], {.strides = window.strides[0], .padding = padding, .name = name}), x);
    return node.layer(
        Layer2D({window.taps[0], window.taps[1]},
                {.strides = Size2(window.strides[0], window.strides[1]), .padding = padding, .name = name}),
        x);
}

/// What cannot be below 0, so that zeros around it never win.
bool is_not_negative(const KerasTensor& x) {
    return x.node()->layer->class_name() == "ReLU";
}

/// The same, with what never wins around it.
KerasTensor padded_with_least(const Node& node, const Window& window, const KerasTensor& x) {
    if (window.padding != Window::Padding::zeros || is_not_negative(x)) return padded(node, window, x);
    Config::List widths(1, Config(Config::List{0, 0}));
    for (size_t i = 0; i < window.before.size(); ++i)
        widths.push_back(Config::List{window.before[i], window.after[i]});
    widths.push_back(Config::List{0, 0});
    return node
        .call_all("numpy.Pad", {dynamic_value(x)}, Config::object({{"pad_width", widths}}),
                  {{1, static_cast<double>(-FLT_MAX)}})
        .front()
        .x;
}

/// The greatest of taps that lie apart, along one axis after the other: Keras's poolings are not dilated.
Operand dilated(const Node& node, const Window& window, const KerasTensor& x) {
    Operand y = as_images(x);
    for (size_t i = 0; i < window.taps.size(); ++i) {
        node.check_parts(window.taps[i]);
        if (window.extents()[i] != Shape::unknown && window.out(i) < 1)
            node.wrong("its window is larger than input of shape {}", node.input(0).shape());
        const Operand whole = y;
        for (int64_t tap = 0; tap < window.taps[i]; ++tap) {
            const int64_t start = tap * window.dilations[i], behind = start + 1 - window.reach(i);
            std::vector<Node::Range> ranges(i + 3);
            ranges.back() = {start, behind == 0 ? INT64_MAX : behind, window.strides[i]};
            const Operand part = node.sliced(whole, ranges);
            y = tap == 0 ? part : node.map("numpy.Maximum", {y, part});
        }
    }
    return y;
}

void max_pool(const Node& node) {
    Window window = window_of(node);
    const Operand& given = node.input(0);
    const KerasTensor x = images_of(node, given.dtype() == uint8 ? node.cast(given, float32) : given);
    Operand y;
    if (window.is_dilated()) {
        if (node.text("auto_pad", "NOTSET") == "SAME_UPPER")
            node.wrong("both auto_pad and dilations are set");
        if (window.padding == Window::Padding::same) window.padding = Window::Padding::zeros;
        y = dilated(node, window, padded_with_least(node, window, x));
    } else {
        y = as_images(pooled<layers::MaxPooling1D, layers::MaxPooling2D>(node, window,
                                                                         padded_with_least(node, window, x)));
    }
    node.give(node.cast(y, given.dtype()));
}

/// For each output, the size of a window by how much of it lies on the image: (1, rows, columns, 1).
Tensor correction(const Window& window) {
    std::vector<std::vector<float>> factors;
    Shape shape = {1};
    for (size_t i = 0; i < window.taps.size(); ++i) {
        factors.emplace_back();
        for (int64_t o = 0; o < window.out(i); ++o) {
            const int64_t begin = o * window.strides[i] - window.before[i], end = begin + window.taps[i];
            const int64_t inside = std::min(end, window.extents()[i]) - std::max<int64_t>(begin, 0);
            factors.back().push_back(static_cast<float>(window.taps[i]) /
                                     static_cast<float>(std::max<int64_t>(inside, 1)));
        }
        shape = shape + Shape{window.out(i)};
    }
    if (factors.size() == 1) factors.insert(factors.begin(), {1.F});
    std::vector<float> all;
    for (const float row : factors[0])
        for (const float column : factors[1]) all.push_back(row * column);
    return Tensor::from(all, shape + Shape{1});
}

void average_pool(const Node& node) {
    const Window window = window_of(node);
    if (window.is_dilated()) node.wrong("it is dilated, which Keras's poolings are not");
    const bool counts = node.integer("count_include_pad", 0) != 0;
    const bool zeros = window.padding == Window::Padding::zeros;
    if (zeros && counts && node.integer("ceil_mode", 0))
        node.wrong("both ceil_mode and count_include_pad are set");
    Window moved = window;
    if (window.padding == Window::Padding::same && counts) {  // Keras's "same" does not count them
        for (size_t i = 0; i < window.taps.size(); ++i)
            if (window.taps[i] > 1) moved.padding = Window::Padding::zeros;
        if (node.text("auto_pad", "NOTSET") != "NOTSET")
            node.wrong("both auto_pad and count_include_pad are set");
    }
    const KerasTensor x = padded(node, moved, images_of(node, node.input(0)));
    Operand y = as_images(pooled<layers::AveragePooling1D, layers::AveragePooling2D>(node, moved, x));
    if (zeros && !counts) {
        for (size_t i = 0; i < window.taps.size(); ++i)
            if (window.extents()[i] == Shape::unknown)
                node.wrong("count_include_pad is not set, so its input must have known sides");
        const Tensor factors = correction(window);
        node.check_size({factors.size()});
        y = as_images(node.call("numpy.Multiply", {dynamic_value(y.x), constant_value(factors)}).x);
    }
    node.give(y);
}

void global_pool(const Node& node) {
    const Operand& x = node.input(0);
    const bool maximum = node.op() == "GlobalMaxPool";
    if (x.rank() < 3) node.wrong("input has shape {}; (batch, channels, ..) is needed", x.shape());
    const std::string name = node.layer_name();
    KerasTensor y;
    if (x.rank() > 4 || x.is_constant() || x.dtype() != float32) {
        Config::List axes;
        for (int axis = 2; axis < x.rank(); ++axis) axes.emplace_back(axis);
        return node.give(node.call(maximum ? "numpy.Max" : "numpy.Mean", {x},
                                   Config::object({{"axis", axes}, {"keepdims", true}})));
    }
    const KerasTensor images = images_of(node, x);
    if (x.rank() == 3)
        y = maximum ? node.layer(layers::GlobalMaxPooling1D({.keepdims = true, .name = name}), images)
                    : node.layer(layers::GlobalAveragePooling1D({.keepdims = true, .name = name}), images);
    else
        y = maximum ? node.layer(layers::GlobalMaxPooling2D({.keepdims = true, .name = name}), images)
                    : node.layer(layers::GlobalAveragePooling2D({.keepdims = true, .name = name}), images);
    node.give(as_images(y));
}

}  // namespace

void add_pools(OperatorReaders& readers) {
    readers["MaxPool"] = max_pool;
    readers["AveragePool"] = average_pool;
    readers["GlobalMaxPool"] = readers["GlobalAveragePool"] = global_pool;
}

}  // namespace keratin::onnx
