#include "layers/operations/table.hpp"
#include "ops/reduction.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/indexing.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/scan.hpp>
#include <keratin/ops/shaping.hpp>

#include <cmath>

/// What becomes fewer, and sums of what comes before (keras.src.ops.numpy, math, linalg).
namespace keratin::operations {
namespace {

using Reduce = Tensor (*)(const Tensor&, const Axes&, bool);

Tensor reduced(const Call& call, const Tensor& x, Reduce f) {
    return f(x, call.axes(), call.flag("keepdims"));
}

/// With a number that counts as one more element.
Tensor extreme(const Call& call, Reduce f, Call::Join join) {
    const Tensor y = reduced(call, call.numeric(0), f);
    return call["initial"].is_null() ? y : join(y, Tensor::scalar(call.number("initial"), y.dtype()));
}

ops::AxisSet axes_of(const Call& call, const Shape& x, const char* argument) {
    const Axes axes = call.axes(argument);
    ops::AxisSet set;
    if (axes.all()) set.set();
    for (const int axis : axes.list())
        set.set(static_cast<size_t>(x.normalize_axis(axis, call.owner().c_str())));
    return set;
}

/// Without the axes, all for null.
Shape fewer(const Call& call, const Shape& x, const char* argument, bool keepdims) {
    const ops::AxisSet set = axes_of(call, x, argument);
    return keepdims ? ops::keep_dims(x, set) : ops::drop_dims(x, set);
}

Results reduced_results(const Call& call, const Shapes& operands) {
    return {{fewer(call, operands.front(), "axis", call.flag("keepdims"))}};
}

/// Throws where there is nothing that has a mean or a maximum.
void require_some(const Call& call, const Shape& x, const char* argument) {
    const ops::AxisSet set = axes_of(call, x, argument);
    for (int axis = 0; axis < x.rank(); ++axis)
        if (set[static_cast<size_t>(axis)] && x[axis] == 0)
            fail<ValueError>("{}: x of shape {} has no elements along the axes to reduce", call.owner(), x);
}

Results some_results(const Call& call, const Shapes& operands) {
    require_some(call, operands.front(), "axis");
    return reduced_results(call, operands);
}

Results counted_results(const Call& call, const Shapes& operands) {
    return {{fewer(call, operands.front(), "axis", false)}};
}

Results averaged_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands[0];
    const ops::AxisSet set = axes_of(call, x, "axis");
    if (!call.has(1)) {
        require_some(call, x, "axis");
    } else if (const Shape& weights = operands[1]; set.count() == 1 && weights.rank() == 1) {
        common(call, ops::drop_dims(x, ~set)[0], weights[0], operands);
    } else {
        bool fits = weights.rank() == x.rank();
        for (int i = 0; fits && i < x.rank(); ++i)
            fits = x[i] == weights[i] || x[i] == open || weights[i] == open;
        if (!fits)
            fail<ShapeError>("{}: weights of shape {} do not go with x of shape {}", call.owner(), weights,
                             x);
    }
    return counted_results(call, operands);
}

Results moments_results(const Call& call, const Shapes& operands) {
    require_some(call, operands.front(), "axes");
    const Shape shape = fewer(call, operands.front(), "axes", call.flag("keepdims"));
    return {{shape}, {shape}};
}

Results scanned_results(const Call& call, const Shapes& operands) {
    return {{Along(call, operands.front()).shape}};
}

Results top_k_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands.front();
    const int64_t k = call.integer("k");
    if (x.rank() == 0 || k < 0 || (x.back() != open && k > x.back()))
        fail<ValueError>("{}: k is {}, the last axis of {} does not have as many", call.owner(), k, x);
    const Shape shape = x.with(-1, k);
    return {{shape, call.numeric(0).dtype()}, {shape, int32}};
}

Tensor total(const Call& call) {
    return reduced(call, call.numeric(0), reduce_sum);
}

Tensor product(const Call& call) {
    const Tensor y = reduced(call, call.numeric(0), reduce_prod);
    const std::optional<DType> dtype = call.dtype();
    return dtype ? cast(y, *dtype) : y;
}

Tensor argument(const Call& call, Tensor (*f)(const Tensor&, int)) {
    const Tensor x = call.numeric(0);
    const std::optional<int> axis = call.optional_axis();
    Tensor y = axis ? f(x, *axis) : f(reshape(x, {-1}), 0);
    if (call.flag("keepdims"))
        y = axis ? expand_dims(y, *axis)
                 : reshape(y, Shape(std::vector<int64_t>(x.shape().extents().size(), 1)));
    return cast(y, int32);
}

Tensor scanned(const Call& call, Tensor (*f)(const Tensor&, int)) {
    const std::optional<DType> dtype = call.dtype();
    const Tensor x = dtype ? call.as(0, *dtype) : call.numeric(0);
    const std::optional<int> axis = call.optional_axis();
    return axis ? f(x, *axis) : f(reshape(x, {-1}), 0);
}

/// The p-norm of vectors, or Frobenius's of matrices.
Tensor norm(const Call& call) {
    const Tensor x = call.floating(0);
    const Axes axes = call.axes();
    const bool keepdims = call.flag("keepdims");
    const Config& order = call["ord"];
    const size_t count = axes.all() ? static_cast<size_t>(x.rank()) : axes.list().size();
    if (order.is_null() || (count == 2 && order == Config("fro")) || (count == 1 && order == Config(2)))
        return sqrt(reduce_sum(square(x), axes, keepdims));
    if (count != 1 || !order.is_number())
        call.wrong("ord", "of matrices keratin has Frobenius's norm, \"fro\", only");
    const double p = order.as_number();
    if (p == INFINITY) return reduce_max(abs(x), axes, keepdims);
    if (p == -INFINITY) return reduce_min(abs(x), axes, keepdims);
    if (p == 0) return reduce_sum(cast(x != 0, x.dtype()), axes, keepdims);
    if (p == 1) return reduce_sum(abs(x), axes, keepdims);
    return pow(reduce_sum(pow(abs(x), p), axes, keepdims), 1 / p);
}

Tensor counted(const Call& call) {
    return reduce_sum(cast(call.numeric(0) != 0, int32), call.axes());
}

Tensor averaged(const Call& call) {
    const Axes axes = call.axes();
    if (!call.has(1)) return reduce_mean(call.floating(0), axes);
    std::vector<Tensor> both = call.alike(0, 2);
    for (Tensor& x : both)
        if (!is_floating(x.dtype())) x = cast(x, float32);
    Tensor weights = both[1];
    if (weights.shape() != both[0].shape()) {
        const int axis = both[0].shape().normalize_axis(axes.list().front(), call.owner().c_str());
        Shape spread = Shape(std::vector<int64_t>(both[0].shape().extents().size(), 1));
        weights = broadcast_to(reshape(weights, spread.with(axis, weights.size())), both[0].shape());
    }
    return reduce_sum(both[0] * weights, axes) / reduce_sum(weights, axes);
}

std::vector<Tensor> moments(const Call& call) {
    const Tensor x = call.floating(0);
    const Axes axes = call.axes("axes");
    const bool keepdims = call.flag("keepdims");
    return {reduce_mean(x, axes, keepdims), reduce_variance(x, axes, keepdims)};
}

std::vector<Tensor> top_k(const Call& call) {
    const Tensor x = call.numeric(0);
    std::vector<Slice> slices(static_cast<size_t>(x.rank()));
    slices.back() = {0, call.integer("k")};
    const Tensor places = slice(argsort(x, -1, true), slices);
    return {take_along_axis(x, places, -1), cast(places, int32)};
}

Tensor sorted(const Call& call) {
    const Tensor x = call.numeric(0);
    const std::optional<int> axis = call.optional_axis();
    const Tensor flat = axis ? x : reshape(x, {-1});
    return take_along_axis(flat, argsort(flat, axis.value_or(0)), axis.value_or(0));
}

constexpr const char* over_axes = R"({"axis":null,"keepdims":false})";
constexpr const char* with_initial = R"({"axis":null,"keepdims":false,"initial":null})";
constexpr const char* along_axis = R"({"axis":null,"dtype":null})";

const Function functions[] = {
    {"numpy.Sum", "x", over_axes, total, reduced_results},
    {"numpy.Mean", "x", over_axes, [](const Call& c) { return reduced(c, c.floating(0), reduce_mean); },
     some_results},
    {"numpy.Prod", "x", R"({"axis":null,"keepdims":false,"dtype":null})", product, reduced_results},
    {"numpy.Max", "x", with_initial, [](const Call& c) { return extreme(c, reduce_max, maximum); },
     some_results},
    {"numpy.Min", "x", with_initial, [](const Call& c) { return extreme(c, reduce_min, minimum); },
     some_results},
    {"numpy.Amax", "x", over_axes, [](const Call& c) { return reduced(c, c.numeric(0), reduce_max); },
     some_results},
    {"numpy.Amin", "x", over_axes, [](const Call& c) { return reduced(c, c.numeric(0), reduce_min); },
     some_results},
    {"numpy.Ptp", "x", over_axes,
     [](const Call& c) {
         return reduced(c, c.numeric(0), reduce_max) - reduced(c, c.numeric(0), reduce_min);
     },
     some_results},
    {"numpy.Var", "x", over_axes, [](const Call& c) { return reduced(c, c.floating(0), reduce_variance); },
     some_results},
    {"numpy.Std", "x", over_axes, [](const Call& c) { return reduced(c, c.floating(0), reduce_std); },
     some_results},
    {"numpy.All", "x", over_axes, [](const Call& c) { return reduced(c, c.as(0, bool_), reduce_all); },
     reduced_results},
    {"numpy.Any", "x", over_axes, [](const Call& c) { return reduced(c, c.as(0, bool_), reduce_any); },
     reduced_results},
    {"numpy.Argmax", "x", over_axes, [](const Call& c) { return argument(c, argmax); }, some_results},
    {"numpy.Argmin", "x", over_axes, [](const Call& c) { return argument(c, argmin); }, some_results},
    {"numpy.CountNonzero", "x", R"({"axis":null})", counted, counted_results},
    {"numpy.Average", "x weights=", R"({"axis":null})", averaged, averaged_results},
    {"numpy.Cumsum", "x", along_axis, [](const Call& c) { return scanned(c, cumsum); }, scanned_results},
    {"numpy.Cumprod", "x", along_axis, [](const Call& c) { return scanned(c, cumprod); }, scanned_results},
    {"numpy.Sort", "x", R"({"axis":-1})", sorted, scanned_results},
    {"numpy.Argsort", "x", R"({"axis":-1})",
     [](const Call& c) {
         const std::optional<int> axis = c.optional_axis();
         return cast(axis ? argsort(c.numeric(0), *axis) : argsort(reshape(c.numeric(0), {-1}), 0), int32);
     },
     scanned_results},
    {"math.Logsumexp", "x", over_axes,
     [](const Call& c) { return reduced(c, c.floating(0), reduce_logsumexp); }, some_results},
    {"math.TopK", "x", R"({"k":"!","sorted":true})", nullptr, top_k_results, top_k},
    {"linalg.Norm", "x", R"({"ord":null,"axis":null,"keepdims":false})", norm, reduced_results},
    {"nn.Moments", "x", R"({"axes":"!","keepdims":false,"synchronized":false})", nullptr, moments_results,
     moments},
};

}  // namespace

std::span<const Function> reduction_functions() {
    return functions;
}

}  // namespace keratin::operations
