#pragma once

#include <keratin/core/tensor.hpp>

#include <initializer_list>
#include <vector>

namespace keratin {

/// Axes of a reduction: 1, {0, -1}, or every axis when default-constructed. Negative ones count from the end.
class Axes {
public:
    Axes() = default;
    Axes(int axis) : axes_{axis}, all_(false) {}                         // NOLINT: implicit by design
    Axes(std::initializer_list<int> axes) : axes_(axes), all_(false) {}  // NOLINT
    explicit Axes(std::vector<int> axes) : axes_(std::move(axes)), all_(false) {}

    bool all() const { return all_; }
    const std::vector<int>& list() const { return axes_; }

private:
    std::vector<int> axes_;
    bool all_ = true;
};

/// Reductions over axes; the axes vanish, or stay with extent 1 when keepdims. They throw ShapeError for an
/// axis outside the rank or named twice, and (mean, max, min, argmax) ValueError over an empty axis. The
/// order of a sum is fixed by the shape; of uint8 and bool it is int64, so that it does not overflow.
KERATIN_EXPORT Tensor reduce_sum(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// Of integers and bool it is float32, as in Keras.
KERATIN_EXPORT Tensor reduce_mean(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// The gradient of max and min is shared equally by tied elements, as in TensorFlow.
KERATIN_EXPORT Tensor reduce_max(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
KERATIN_EXPORT Tensor reduce_min(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// Population variance (divided by n) and its square root.
KERATIN_EXPORT Tensor reduce_variance(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
KERATIN_EXPORT Tensor reduce_std(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
/// bool tensors: all, any.
KERATIN_EXPORT Tensor reduce_all(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
KERATIN_EXPORT Tensor reduce_any(const Tensor& x, const Axes& axes = {}, bool keepdims = false);

/// Position of the largest (smallest) element along an axis, the first of equals, int64.
KERATIN_EXPORT Tensor argmax(const Tensor& x, int axis = -1);
KERATIN_EXPORT Tensor argmin(const Tensor& x, int axis = -1);

}  // namespace keratin
