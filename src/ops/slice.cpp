#include "autograd/record.hpp"
#include "ops/check.hpp"
#include "ops/strided.hpp"

#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <vector>

namespace keratin {
namespace {

using ops::Strided;

/// First index and number of elements of one axis, by Python's rules.
struct Range {
    int64_t first;
    int64_t count;
};

Range range(const Slice& slice, int64_t extent) {
    const bool forward = slice.step > 0;
    // What a bound outside is clipped to: one before the first element, or one behind the last.
    const int64_t lowest = forward ? 0 : -1;
    const int64_t highest = forward ? extent : extent - 1;
    const auto clipped = [&](int64_t bound) {
        return std::clamp(bound < 0 ? bound + extent : bound, lowest, highest);
    };
    const int64_t first = clipped(slice.start);
    const int64_t stop = slice.stop == Slice::end ? (forward ? highest : lowest) : clipped(slice.stop);
    const int64_t span = forward ? stop - first : first - stop;
    if (span <= 0) return {0, 0};
    // -step does not exist for the lowest int64, 1 + (span - 1) / -step is the same as 1 - (span - 1) / step.
    return {first, forward ? 1 + (span - 1) / slice.step : 1 - (span - 1) / slice.step};
}

/// True when the chosen elements are neighbours in memory and in order.
bool dense(const Strided& chosen) {
    int64_t step = 1;
    for (int axis = chosen.shape.rank(); axis-- > 0;) {
        if (chosen.shape[axis] == 1) continue;
        if (chosen.steps[static_cast<size_t>(axis)] != step) return false;
        step *= chosen.shape[axis];
    }
    return true;
}

/// The chosen elements of x. Its gradient puts them back among zeros, and the gradient of that is this again.
Tensor pick(const Tensor& x, const Strided& chosen);

Tensor put_back(const Tensor& dy, const Shape& shape, const Strided& chosen) {
    Tensor dx = zeros(shape, dy.dtype());
    ops::put(dy, dx, chosen);
    return record("slice_gradient", dx, wrt(dy, [chosen](const Tensor& g) { return pick(g, chosen); }));
}

Tensor pick(const Tensor& x, const Strided& chosen) {
    const bool view = chosen.shape.size() > 0 && dense(chosen);
    return record(
        "slice", view ? x.view(chosen.shape, chosen.first) : ops::take(x, chosen),
        wrt(x, [shape = x.shape(), chosen](const Tensor& dy) { return put_back(dy, shape, chosen); }));
}

}  // namespace

ops::Strided ops::sliced(const Shape& shape, const std::vector<Slice>& slices) {
    if (slices.size() > static_cast<size_t>(shape.rank()))
        fail<ShapeError>("slice: {} slices were given for shape {}; at most one per axis", slices.size(),
                         shape);
    Strided chosen{shape, ops::dense_steps(shape)};
    for (size_t axis = 0; axis < slices.size(); ++axis) {
        if (slices[axis].step == 0)
            fail<ValueError>("slice: the step of axis {} is 0; use 1 or more, or less than 0 to go backwards",
                             axis);
        const auto [first, count] = range(slices[axis], shape[static_cast<int>(axis)]);
        chosen.shape = chosen.shape.with(static_cast<int>(axis), count);
        chosen.first += first * chosen.steps[axis];
        // Of one element the step leads nowhere, and it may be too large to multiply.
        if (count > 1) chosen.steps[axis] *= slices[axis].step;
    }
    return chosen;
}

Tensor slice(const Tensor& x, const std::vector<Slice>& slices) {
    ops::require_defined(x, "input", "slice");
    return pick(x, ops::sliced(x.shape(), slices));
}

Tensor pad(const Tensor& x, const std::vector<PadPair>& paddings, Scalar value) {
    ops::require_defined(x, "input", "pad");
    if (paddings.size() != static_cast<size_t>(x.rank()))
        fail<ShapeError>("pad: {} paddings were given for shape {}; give one (before, after) per axis",
                         paddings.size(), x.shape());
    Shape padded = x.shape();
    for (int axis = 0; axis < x.rank(); ++axis) {
        const auto [before, after] = paddings[static_cast<size_t>(axis)];
        if (before < 0 || after < 0)
            fail<ValueError>("pad: padding ({}, {}) of axis {} is negative; use slice() to cut", before,
                             after, axis);
        int64_t extent = x.shape()[axis];
        if (__builtin_add_overflow(extent, before, &extent) || __builtin_add_overflow(extent, after, &extent))
            fail<ShapeError>("pad: padding ({}, {}) of axis {} is more than memory can hold; use less",
                             before, after, axis);
        padded = padded.with(axis, extent);
    }
    Strided chosen{x.shape(), ops::dense_steps(padded)};
    for (size_t axis = 0; axis < paddings.size(); ++axis)
        chosen.first += paddings[axis].before * chosen.steps[axis];
    Tensor y = ops::repeat(ops::scalar_like(x, value, "pad"), padded);
    ops::put(x, y, chosen);
    return record("pad", y, wrt(x, [chosen](const Tensor& dy) { return pick(dy, chosen); }));
}

}  // namespace keratin
