#include <keratin/ops/scan.hpp>

#include "ops/check.hpp"
#include "ops/reduction.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>

/// Made of other ops, so that gradients follow: a product by halves, a scan by doubling the distance.
namespace keratin {
namespace {

Tensor part(const Tensor& x, int axis, int64_t first, int64_t last) {
    std::vector<Slice> slices(static_cast<size_t>(axis) + 1);
    slices.back() = {first, last};
    return slice(x, slices);
}

using Join = Tensor (*)(const Tensor&, const Tensor&);

Tensor scan(const Tensor& x, int axis, const char* name, Join join) {
    ops::require_numbers(x, name);
    axis = x.shape().normalize_axis(axis, name);
    const int64_t n = x.shape()[axis];
    Tensor y = x;
    for (int64_t distance = 1; distance < n; distance *= 2)
        y = concat(
            {part(y, axis, 0, distance), join(part(y, axis, distance, n), part(y, axis, 0, n - distance))},
            axis);
    return y;
}

/// Which axes a reduction goes over, in order.
std::vector<int> listed(const Axes& axes, const Shape& shape, const char* name) {
    std::vector<int> list;
    if (axes.all())
        for (int axis = 0; axis < shape.rank(); ++axis) list.push_back(axis);
    for (const int axis : axes.list()) list.push_back(shape.normalize_axis(axis, name));
    std::sort(list.begin(), list.end());
    if (std::adjacent_find(list.begin(), list.end()) != list.end())
        fail<ShapeError>("{}: an axis of {} is named twice", name, shape);
    return list;
}

Tensor halved(Tensor x, int axis) {
    if (x.shape()[axis] == 0) return ones(x.shape().with(axis, 1), x.dtype());
    while (x.shape()[axis] > 1) {
        const int64_t n = x.shape()[axis], half = n / 2;
        Tensor y = multiply(part(x, axis, 0, half), part(x, axis, half, 2 * half));
        x = n % 2 ? concat({y, part(x, axis, n - 1, n)}, axis) : y;
    }
    return x;
}

}  // namespace

Tensor reduce_prod(const Tensor& x, const Axes& axes, bool keepdims) {
    ops::require_numbers(x, "reduce_prod");
    const std::vector<int> list = listed(axes, x.shape(), "reduce_prod");
    Tensor y = x;
    for (const int axis : list) y = halved(y, axis);
    if (!keepdims)
        for (auto axis = list.rbegin(); axis != list.rend(); ++axis) y = squeeze(y, *axis);
    return y;
}

Tensor cumsum(const Tensor& x, int axis) {
    return scan(x, axis, "cumsum", add);
}

Tensor cumprod(const Tensor& x, int axis) {
    return scan(x, axis, "cumprod", multiply);
}

Tensor reduce_logsumexp(const Tensor& x, const Axes& axes, bool keepdims) {
    ops::require_floating(x, "reduce_logsumexp");
    // The largest is a constant: what it adds to the gradient cancels. An infinite one would leave NaN.
    const Tensor largest = reduce_max(x, axes, true);
    const Tensor level = where(is_finite(largest), largest, zeros_like(largest)).view(largest.shape());
    const Tensor y = log(reduce_sum(exp(x - level), axes, true)) + level;
    if (keepdims) return y;
    return reshape(y, reduce_max(x, axes).shape());
}

}  // namespace keratin
