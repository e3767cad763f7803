#pragma once

#include "kernels/kernels.hpp"

#include <keratin/core/tensor.hpp>

#include <bitset>

namespace keratin::ops {

/// Which axes are reduced.
using AxisSet = std::bitset<Shape::max_rank>;

/// The shape with extent 1 on each of the axes.
Shape keep_dims(const Shape& shape, const AxisSet& axes);
/// The shape without the axes.
Shape drop_dims(const Shape& shape, const AxisSet& axes);

/// x reduced over the axes, which stay with extent 1; unrecorded, in x's dtype. Of nothing the sum is 0; the
/// caller has made sure that max and min are asked of something. bool tensors: max is any, min is all.
Tensor run_reduce(kernels::Reduce op, const Tensor& x, const AxisSet& axes);

/// An axis seen from memory: outer times inner lines of n elements, a line's elements `inner` apart.
struct Line {
    int64_t outer;
    int64_t n;
    int64_t inner;
};
Line line(const Shape& shape, int axis);

}  // namespace keratin::ops
