#pragma once

#include "onnx/import/graph.hpp"

namespace keratin::onnx {

/// How a convolution or a pooling of images or sequences moves, along each of their axes.
struct Window {
    Ints taps, strides, dilations, before, after;
    enum class Padding { valid, same, zeros } padding = Padding::valid;

    /// Of attributes; `taps` where kernel_shape does not say them, `in` the extents of the input's axes.
    Window(const Node& node, const Operand& x, Ints taps);
    const Ints& extents() const { return in_; }
    bool is_dilated() const;
    int64_t reach(size_t axis) const { return (taps[axis] - 1) * dilations[axis] + 1; }
    int64_t out(size_t axis) const;  ///< of an explicitly padded one; -1 where it is not known

private:
    void set_padding(const Node& node);
    Ints in_;
};

/// x with the channels last; float32, of rank 3 or 4.
KerasTensor images_of(const Node& node, const Operand& x);
/// The same, with the zeros of the window around it where they are not "valid" or "same".
KerasTensor padded(const Node& node, const Window& window, const KerasTensor& x);
Operand as_images(KerasTensor y);

}  // namespace keratin::onnx
