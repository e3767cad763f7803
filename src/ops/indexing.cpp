#include <keratin/ops/indexing.hpp>

#include "ops/check.hpp"
#include "ops/reduction.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

/// Made of gather(), so that gradients follow.
namespace keratin {
namespace {

template <class F>
Tensor picked(const Tensor& x, int axis, int64_t extent, const F& from) {
    Tensor indices = Tensor::empty({extent}, int64);
    int64_t* index = indices.mutable_data<int64_t>().data();
    for (int64_t i = 0; i < extent; ++i) index[i] = from(i);
    return gather(x, indices, axis);
}

void require_not_negative(int64_t times, const char* op) {
    if (times < 0) fail<ValueError>("{}: {} times is less than nothing", op, times);
}

int64_t product(int64_t a, int64_t b, const char* op) {
    if (int64_t result = 0; !__builtin_mul_overflow(a, b, &result)) return result;
    fail<ShapeError>("{}: {} times {} is more than memory can hold", op, a, b);
}

int64_t wrapped(int64_t i, int64_t n) {
    const int64_t rest = i % n;
    return rest < 0 ? rest + n : rest;
}

/// Where the element at `i`, which may be outside, comes from.
int64_t inside(int64_t i, int64_t n, const PadMode& mode) {
    if (mode == PadMode("edge")) return std::clamp<int64_t>(i, 0, n - 1);
    if (mode == PadMode("wrap")) return wrapped(i, n);
    if (mode == PadMode("symmetric")) return i < 0 ? -1 - i : i < n ? i : 2 * n - 1 - i;
    return i < 0 ? -i : i < n ? i : 2 * n - 2 - i;
}

}  // namespace

Tensor take_along_axis(const Tensor& x, const Tensor& indices, int axis) {
    ops::require_defined(x, "input", "take_along_axis");
    ops::require_indices(indices, "take_along_axis");
    if (x.rank() != indices.rank())
        fail<ShapeError>("take_along_axis: x {} and indices {} must have one rank", x.shape(),
                         indices.shape());
    axis = x.shape().normalize_axis(axis, "take_along_axis");
    const int64_t n = x.shape()[axis], k = indices.shape()[axis];
    const Shape common = broadcast(x.shape().with(axis, 1), indices.shape().with(axis, 1), "take_along_axis");
    const Tensor values = broadcast_to(x, common.with(axis, n));
    Tensor flat = convert(broadcast_to(indices, common.with(axis, k)), int64);
    const ops::Line line = ops::line(flat.shape(), axis);
    int64_t* at = flat.mutable_data<int64_t>().data();
    for (int64_t outer = 0; outer < line.outer; ++outer)
        for (int64_t i = 0; i < k; ++i)
            for (int64_t inner = 0; inner < line.inner; ++inner, ++at) {
                if (*at < 0 || *at >= n)
                    fail<ValueError>("take_along_axis: index {} is outside an axis of extent {}", *at, n);
                *at = (outer * n + *at) * line.inner + inner;
            }
    return gather(reshape(values, {-1}), flat, 0);
}

Tensor repeat(const Tensor& x, int64_t times, int axis) {
    ops::require_defined(x, "input", "repeat");
    require_not_negative(times, "repeat");
    axis = x.shape().normalize_axis(axis, "repeat");
    return picked(x, axis, product(x.shape()[axis], times, "repeat"), [&](int64_t i) { return i / times; });
}

Tensor repeat(const Tensor& x, const std::vector<int64_t>& times, int axis) {
    ops::require_defined(x, "input", "repeat");
    axis = x.shape().normalize_axis(axis, "repeat");
    if (times.size() == 1) return repeat(x, times.front(), axis);
    if (static_cast<int64_t>(times.size()) != x.shape()[axis])
        fail<ValueError>("repeat: there are {} numbers of times for an axis of extent {}", times.size(),
                         x.shape()[axis]);
    int64_t extent = 0;
    for (const int64_t each : times) {
        require_not_negative(each, "repeat");
        if (__builtin_add_overflow(extent, each, &extent))
            fail<ShapeError>("repeat: {} times is more than memory can hold", each);
    }
    size_t at = 0;
    int64_t left = times.empty() ? 0 : times.front();
    return picked(x, axis, extent, [&](int64_t) {
        while (left == 0) left = times[++at];
        --left;
        return static_cast<int64_t>(at);
    });
}

Tensor tile(const Tensor& x, const std::vector<int64_t>& times) {
    ops::require_defined(x, "input", "tile");
    Tensor y = x;
    const int rank = std::max(x.rank(), static_cast<int>(times.size()));
    while (y.rank() < rank) y = expand_dims(y, 0);
    for (size_t i = 0; i < times.size(); ++i) {
        require_not_negative(times[i], "tile");
        const int axis = rank - static_cast<int>(times.size()) + static_cast<int>(i);
        const int64_t n = y.shape()[axis];
        if (times[i] != 1)
            y = picked(y, axis, product(n, times[i], "tile"), [&](int64_t at) { return at % n; });
    }
    return y;
}

Tensor flip(const Tensor& x, int axis) {
    ops::require_defined(x, "input", "flip");
    axis = x.shape().normalize_axis(axis, "flip");
    const int64_t n = x.shape()[axis];
    return picked(x, axis, n, [&](int64_t i) { return n - 1 - i; });
}

Tensor roll(const Tensor& x, int64_t shift, int axis) {
    ops::require_defined(x, "input", "roll");
    axis = x.shape().normalize_axis(axis, "roll");
    const int64_t n = x.shape()[axis];
    const int64_t by = n ? wrapped(shift, n) : 0;
    return picked(x, axis, n, [&](int64_t i) { return wrapped(i - by, n); });
}

Tensor pad(const Tensor& x, const std::vector<PadPair>& paddings, const PadMode& mode) {
    ops::require_defined(x, "input", "pad");
    if (static_cast<int>(paddings.size()) != x.rank())
        fail<ShapeError>("pad: there are {} pairs for x of shape {}; give one for each axis", paddings.size(),
                         x.shape());
    const bool mirrors = mode == PadMode("reflect") || mode == PadMode("symmetric");
    Tensor y = x;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const int64_t before = paddings[static_cast<size_t>(axis)].before;
        const int64_t after = paddings[static_cast<size_t>(axis)].after;
        const int64_t n = x.shape()[axis];
        if (before == 0 && after == 0) continue;
        const int64_t most = mirrors ? n - (mode == PadMode("reflect")) : n > 0 ? INT32_MAX : 0;
        if (before < 0 || after < 0 || before > most || after > most)
            fail<ValueError>("pad: ({}, {}) elements cannot be taken from an axis of extent {}", before,
                             after, n);
        y = picked(y, axis, before + n + after, [&](int64_t i) { return inside(i - before, n, mode); });
    }
    return y;
}

Tensor argsort(const Tensor& x, int axis, bool descending) {
    ops::require_numbers(x, "argsort");
    axis = x.shape().normalize_axis(axis, "argsort");
    const Tensor values = convert(x, is_floating(x.dtype()) ? float64 : int64);
    Tensor y = Tensor::empty(x.shape(), int64);
    const ops::Line line = ops::line(x.shape(), axis);
    std::vector<int64_t> order(static_cast<size_t>(line.n));
    int64_t* to = y.mutable_data<int64_t>().data();
    const auto sort = [&](const auto* from) {
        for (int64_t outer = 0; outer < line.outer; ++outer)
            for (int64_t inner = 0; inner < line.inner; ++inner) {
                const int64_t base = outer * line.n * line.inner + inner;
                const auto at = [&](int64_t i) { return from[base + i * line.inner]; };
                // NaN counts as the largest, as in NumPy.
                const auto is_less = [&](auto a, auto b) { return a < b || (a == a && b != b); };
                std::iota(order.begin(), order.end(), 0);
                std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
                    return descending ? is_less(at(b), at(a)) : is_less(at(a), at(b));
                });
                for (int64_t i = 0; i < line.n; ++i)
                    to[base + i * line.inner] = order[static_cast<size_t>(i)];
            }
    };
    if (values.dtype() == float64)
        sort(values.data<double>().data());
    else
        sort(values.data<int64_t>().data());
    return y;
}

}  // namespace keratin
