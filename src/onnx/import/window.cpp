#include "onnx/import/window.hpp"

#include <keratin/core/padding.hpp>
#include <keratin/layers/zero_padding1d.hpp>
#include <keratin/layers/zero_padding2d.hpp>

namespace keratin::onnx {

Window::Window(const Node& node, const Operand& x, Ints kernel) : taps(std::move(kernel)) {
    const Shape shape = x.shape();
    if (shape.rank() != 3 && shape.rank() != 4)
        node.wrong(
            "input has shape {}; keratin reads sequences and images, (batch, channels, steps) and (batch, "
            "channels, height, width)",
            shape);
    in_ = Ints(shape.begin() + 2, shape.end());
    const size_t n = in_.size();
    taps = node.ints("kernel_shape", taps);
    strides = node.ints("strides", Ints(n, 1));
    dilations = node.ints("dilations", Ints(n, 1));
    for (const auto& [name, list] :
         {std::pair{"kernel_shape", &taps}, {"strides", &strides}, {"dilations", &dilations}}) {
        if (list->size() != n)
            node.wrong("{} is ({}), input has shape {}", name, fmt::join(*list, ", "), shape);
        for (const int64_t one : *list)
            if (one < 1 || one > INT16_MAX) node.wrong("{} is ({})", name, fmt::join(*list, ", "));
    }
    set_padding(node);
}

void Window::set_padding(const Node& node) {
    const size_t n = in_.size();
    before = after = Ints(n, 0);
    const std::string how = node.text("auto_pad", "NOTSET");
    if (how == "VALID") return;
    if (how == "SAME_UPPER") {
        padding = Padding::same;
        return;
    }
    const Ints pads = node.ints("pads", Ints(2 * n, 0));
    if (pads.size() != 2 * n) node.wrong("it has {} pads for {} axes", pads.size(), n);
    bool none = true, same = true;
    for (size_t i = 0; i < n; ++i) {
        const auto as_same = [&](int64_t in) {
            return window_extent(in, taps[i], strides[i], dilations[i], keratin::Padding::Kind::same, {0, 0});
        };
        if (how == "SAME_LOWER") {
            if (in_[i] == Shape::unknown && strides[i] > 1)
                node.wrong("auto_pad is SAME_LOWER, so its input must have known sides");
            const WindowExtent extent = as_same(in_[i] == Shape::unknown ? reach(i) : in_[i]);
            before[i] = extent.after, after[i] = extent.before;
        } else {
            before[i] = pads[i], after[i] = pads[i + n];
        }
        if (before[i] < 0 || after[i] < 0 || before[i] > INT16_MAX || after[i] > INT16_MAX)
            node.wrong("pads are ({})", fmt::join(pads, ", "));
        none = none && before[i] == 0 && after[i] == 0;
        const bool known = in_[i] != Shape::unknown;
        if (!known && strides[i] > 1) {
            same = false;
            continue;
        }
        const WindowExtent extent = as_same(known ? in_[i] : reach(i));
        same = same && extent.before == before[i] && extent.after == after[i] &&
               (!known || extent.out == out(i));
    }
    padding = none ? Padding::valid : same ? Padding::same : Padding::zeros;
}

bool Window::is_dilated() const {
    for (size_t i = 0; i < taps.size(); ++i)
        if (dilations[i] != 1 && taps[i] != 1) return true;
    return false;
}

int64_t Window::out(size_t axis) const {
    if (in_[axis] == Shape::unknown) return Shape::unknown;
    return (in_[axis] + before[axis] + after[axis] - reach(axis)) / strides[axis] + 1;
}

KerasTensor images_of(const Node& node, const Operand& x) {
    if (x.is_constant())
        node.wrong("its input is constant; keratin reads such a node of images that come in");
    if (x.dtype() != float32) node.wrong("its input is {}; keratin reads float32 here", x.dtype());
    return node.stored(x, channels_last_order(x.rank()));
}

KerasTensor padded(const Node& node, const Window& window, const KerasTensor& x) {
    if (window.padding != Window::Padding::zeros) return x;
    const Ints &before = window.before, &after = window.after;
    if (before.size() == 1)
        return node.layer(layers::ZeroPadding1D({before[0], after[0]}, {.name = node.layer_name()}), x);
    return node.layer(
        layers::ZeroPadding2D({before[0], after[0]}, {before[1], after[1]}, {.name = node.layer_name()}), x);
}

Operand as_images(KerasTensor y) {
    const int rank = y.rank();
    return dynamic_value(std::move(y), channels_last_order(rank));
}

}  // namespace keratin::onnx
