#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/reduction.hpp"
#include "ops/strided.hpp"

#include <keratin/ops/shaping.hpp>

namespace keratin {
namespace {

bool broadcasts(const Shape& from, const Shape& to) {
    const int missing = to.rank() - from.rank();
    if (missing < 0) return false;
    for (int axis = 0; axis < from.rank(); ++axis)
        if (from[axis] != 1 && from[axis] != to[axis + missing]) return false;
    return true;
}

}  // namespace

Tensor broadcast_to(const Tensor& x, const Shape& shape) {
    ops::require_defined(x, "input", "broadcast_to");
    if (x.shape() == shape) return x;
    if (!shape.is_static() || !broadcasts(x.shape(), shape))
        fail<ShapeError>(
            "broadcast_to: input of shape {} does not broadcast to {}; aligned at the last axis, its extents "
            "must be 1 or equal",
            x.shape(), shape);
    return record("broadcast_to", ops::repeat(x, shape),
                  wrt(x, [from = x.shape()](const Tensor& dy) { return sum_to(dy, from); }));
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
    ops::require_numbers(x, "sum_to");
    if (x.shape() == shape) return x;
    if (!broadcasts(shape, x.shape()))
        fail<ShapeError>(
            "sum_to: {} does not broadcast to the input's shape {}; aligned at the last axis, its extents "
            "must be 1 or equal",
            shape, x.shape());
    ops::AxisSet axes;
    const int missing = x.rank() - shape.rank();
    for (int axis = 0; axis < x.rank(); ++axis)
        if (axis < missing || shape[axis - missing] != x.shape()[axis]) axes.set(static_cast<size_t>(axis));
    return record("sum_to", ops::run_reduce(kernels::Reduce::sum, x, axes).view(shape),
                  wrt(x, [from = x.shape()](const Tensor& dy) { return broadcast_to(dy, from); }));
}

}  // namespace keratin
