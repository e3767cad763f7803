#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>

#include <initializer_list>
#include <vector>

/// Ops that move elements without changing them. All dtypes; gradients in floating ones.
namespace keratin {

/// The same elements under another shape; one extent may be -1 and is worked out. No copy.
KERATIN_EXPORT Tensor reshape(const Tensor& x, const Shape& shape);
/// Axes in another order; reversed when none is given.
KERATIN_EXPORT Tensor transpose(const Tensor& x, const std::vector<int>& permutation = {});
KERATIN_EXPORT Tensor expand_dims(const Tensor& x, int axis);
/// Without the axis, which must have extent 1; without every such axis when none is given.
KERATIN_EXPORT Tensor squeeze(const Tensor& x);
KERATIN_EXPORT Tensor squeeze(const Tensor& x, int axis);
/// x repeated along axes of extent 1, as NumPy broadcasts.
KERATIN_EXPORT Tensor broadcast_to(const Tensor& x, const Shape& shape);
/// The sum over what broadcast_to repeated: its gradient. `shape` must broadcast to x's.
KERATIN_EXPORT Tensor sum_to(const Tensor& x, const Shape& shape);

/// start, stop, step of one axis as in Python's start:stop:step; step is not 0, negative ones run backwards.
struct Slice {
    static constexpr int64_t end = INT64_MAX;  ///< to the last (for a negative step: to the first) element

    constexpr Slice() = default;
    constexpr Slice(int64_t first, int64_t last, int64_t stride = 1)
        : start(first), stop(last), step(stride) {}

    int64_t start = 0;
    int64_t stop = end;
    int64_t step = 1;
};
/// x[s0, s1, ...]; axes not named are whole. Bounds are clipped as in Python.
KERATIN_EXPORT Tensor slice(const Tensor& x, const std::vector<Slice>& slices);
/// Joined along an axis; the other extents and the dtypes must agree.
KERATIN_EXPORT Tensor concat(const std::vector<Tensor>& tensors, int axis = 0);
/// Joined along a new axis; shapes and dtypes must agree.
KERATIN_EXPORT Tensor stack(const std::vector<Tensor>& tensors, int axis = 0);
/// Filled up with `value`: one (before, after) pair per axis.
KERATIN_EXPORT Tensor pad(const Tensor& x, const std::vector<PadPair>& paddings, Scalar value = 0);
/// x[indices] along an axis; indices int32 or int64, within [0, extent) (ValueError otherwise).
KERATIN_EXPORT Tensor gather(const Tensor& x, const Tensor& indices, int axis = 0);
/// The gradient of gather: zeros of `shape` plus x's slices added at indices.
KERATIN_EXPORT Tensor scatter_add(const Tensor& x, const Tensor& indices, const Shape& shape, int axis = 0);
/// 1 at the index, else 0, along a new last axis; an index outside [0, depth) gives zeros.
KERATIN_EXPORT Tensor one_hot(const Tensor& indices, int64_t depth, DType dtype = float32);

}  // namespace keratin
