#include <keratin/ops/reduce.hpp>

#include "autograd/record.hpp"
#include "ops/binary.hpp"
#include "ops/check.hpp"
#include "ops/half.hpp"
#include "ops/reduction.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin {
namespace {

using kernels::Reduce;
using ops::AxisSet;

AxisSet axis_set(const Shape& shape, const Axes& axes, const char* op) {
    AxisSet set;
    if (axes.all()) {
        for (int axis = 0; axis < shape.rank(); ++axis) set.set(static_cast<size_t>(axis));
        return set;
    }
    for (const int axis : axes.list()) {
        const auto place = static_cast<size_t>(shape.normalize_axis(axis, op));
        if (set[place])
            fail<ShapeError>("{}: axis {} of shape {} is named twice; name each axis once", op, axis, shape);
        set.set(place);
    }
    return set;
}

int64_t count(const Shape& shape, const AxisSet& axes) {
    int64_t n = 1;
    for (int axis = 0; axis < shape.rank(); ++axis)
        if (axes[static_cast<size_t>(axis)]) n *= shape[axis];
    return n;
}

void require_elements(const Tensor& x, const AxisSet& axes, const char* op) {
    if (count(x.shape(), axes) == 0)
        fail<ValueError>(
            "{}: input of shape {} has no elements along the axes to reduce; at least one is needed", op,
            x.shape());
}

Shape result_shape(const Shape& shape, const AxisSet& axes, bool keepdims) {
    return keepdims ? ops::keep_dims(shape, axes) : ops::drop_dims(shape, axes);
}

/// The gradient of a result, brought back to where each element came from.
Tensor spread(const Tensor& dy, const Shape& shape, const AxisSet& axes) {
    return broadcast_to(reshape(dy, ops::keep_dims(shape, axes)), shape);
}

/// max and min: what arrives goes to the elements that are equal to the result, in equal parts.
Tensor reduce_to_extreme(Reduce op, const Tensor& x, const Axes& axes, bool keepdims, const char* name) {
    ops::require_numbers(x, name);
    const AxisSet set = axis_set(x.shape(), axes, name);
    require_elements(x, set, name);
    const Tensor y = ops::run_reduce(op, x, set);
    return record(name, y.view(result_shape(x.shape(), set, keepdims)), wrt(x, [x, y, set](const Tensor& dy) {
                      const Tensor hit = cast(x == y, dy.dtype());
                      const Tensor share = hit / ops::run_reduce(Reduce::sum, hit, set);
                      return share * reshape(dy, y.shape());
                  }));
}

}  // namespace

Tensor reduce_sum(const Tensor& x, const Axes& axes, bool keepdims) {
    ops::require_defined(x, "input", "reduce_sum");
    if (x.dtype() == uint8 || x.dtype() == bool_) return reduce_sum(cast(x, int64), axes, keepdims);
    const AxisSet set = axis_set(x.shape(), axes, "reduce_sum");
    return record("reduce_sum",
                  ops::run_reduce(Reduce::sum, x, set).view(result_shape(x.shape(), set, keepdims)),
                  wrt(x, [shape = x.shape(), set](const Tensor& dy) { return spread(dy, shape, set); }));
}

Tensor reduce_mean(const Tensor& x, const Axes& axes, bool keepdims) {
    ops::require_defined(x, "input", "reduce_mean");
    if (!is_floating(x.dtype())) return reduce_mean(cast(x, float32), axes, keepdims);
    if (is_half(x.dtype()))
        return ops::in_float32(x, [&](const Tensor& wide) { return reduce_mean(wide, axes, keepdims); });
    const AxisSet set = axis_set(x.shape(), axes, "reduce_mean");
    require_elements(x, set, "reduce_mean");
    const Tensor n = Tensor::scalar(count(x.shape(), set), x.dtype());
    const Tensor sum = ops::run_reduce(Reduce::sum, x, set);
    return record(
        "reduce_mean",
        ops::run_binary(kernels::Binary::divide, sum, n, "reduce_mean")
            .view(result_shape(x.shape(), set, keepdims)),
        wrt(x, [shape = x.shape(), set, n](const Tensor& dy) { return spread(dy / n, shape, set); }));
}

Tensor reduce_max(const Tensor& x, const Axes& axes, bool keepdims) {
    return reduce_to_extreme(Reduce::max, x, axes, keepdims, "reduce_max");
}

Tensor reduce_min(const Tensor& x, const Axes& axes, bool keepdims) {
    return reduce_to_extreme(Reduce::min, x, axes, keepdims, "reduce_min");
}

Tensor reduce_variance(const Tensor& x, const Axes& axes, bool keepdims) {
    ops::require_floating(x, "reduce_variance");
    if (is_half(x.dtype()))
        return ops::in_float32(x, [&](const Tensor& wide) { return reduce_variance(wide, axes, keepdims); });
    const AxisSet set = axis_set(x.shape(), axes, "reduce_variance");
    require_elements(x, set, "reduce_variance");
    Tensor y = [&] {
        NoGradient pause;
        return reduce_mean(square(x - reduce_mean(x, axes, true)), axes, keepdims);
    }();
    // The mean's own gradient drops out: the deviations from it add up to 0.
    return record("reduce_variance", y, wrt(x, [x, axes, set](const Tensor& dy) {
                      const Tensor deviation = x - reduce_mean(x, axes, true);
                      const double n = static_cast<double>(count(x.shape(), set));
                      return deviation * reshape(dy * (2 / n), ops::keep_dims(x.shape(), set));
                  }));
}

Tensor reduce_std(const Tensor& x, const Axes& axes, bool keepdims) {
    ops::require_floating(x, "reduce_std");
    return sqrt(reduce_variance(x, axes, keepdims));
}

Tensor reduce_any(const Tensor& x, const Axes& axes, bool keepdims) {
    ops::require_bool(x, "input", "reduce_any");
    const AxisSet set = axis_set(x.shape(), axes, "reduce_any");
    return ops::run_reduce(Reduce::max, x, set).view(result_shape(x.shape(), set, keepdims));
}

Tensor reduce_all(const Tensor& x, const Axes& axes, bool keepdims) {
    ops::require_bool(x, "input", "reduce_all");
    axis_set(x.shape(), axes, "reduce_all");
    return logical_not(reduce_any(logical_not(x), axes, keepdims));
}

}  // namespace keratin
