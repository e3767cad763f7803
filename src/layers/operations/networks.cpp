#include "layers/operations/table.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/einsum.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/scan.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <cmath>

/// keras.src.ops.nn: normalizations and attention.
namespace keratin::operations {
namespace {

/// mean, variance, offset and scale along one axis.
Tensor batch_normalized(const Call& call) {
    const Tensor x = call.floating(0);
    const auto parameter = [&](size_t i) { return call.has(i) ? call.as(i, x.dtype()) : Tensor(); };
    return nn::batch_normalization(x, parameter(1), parameter(2), parameter(4), parameter(3),
                                   call.number("epsilon"), call.axis());
}

Results batch_normalized_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands[0];
    const int axis = x.normalize_axis(call.axis(), call.owner().c_str());
    for (size_t i = 1; i < operands.size(); ++i)
        if (call.has(i) && operands[i].rank() == 1) common(call, x[axis], operands[i][0], {x, operands[i]});
    return {{x}};
}

/// The axes that are normalized, and a parameter that broadcasts along them.
struct Normalized {
    const Call& call;
    Tensor x;
    std::vector<int> axes;

    explicit Normalized(const Call& c) : call(c), x(c.floating(0)), axes(c.integers("axis")) {
        if (is_half(x.dtype())) x = cast(x, float32);
        for (int& axis : axes) axis = x.shape().normalize_axis(axis, call.owner().c_str());
        std::sort(axes.begin(), axes.end());
    }
    double epsilon() const { return call["epsilon"].is_null() ? 1e-7 : call.number("epsilon"); }
    Tensor parameter(size_t i) const {
        Tensor p = call.as(i, x.dtype());
        if (p.rank() == x.rank()) return p;
        Shape shape(std::vector<int64_t>(x.shape().extents().size(), 1));
        for (const int axis : axes) shape = shape.with(axis, x.shape()[axis]);
        return reshape(p, shape);
    }
    Tensor back(const Tensor& y) const {
        const DType dtype = call.tensor(0).dtype();
        return is_half(dtype) ? cast(y, dtype) : y;
    }
};

Tensor layer_normalized(const Call& call) {
    const Normalized n(call);
    const Axes axes(n.axes);
    Tensor inverse = rsqrt(reduce_variance(n.x, axes, true) + n.epsilon());
    if (call.flag("rms_scaling")) return n.back(n.x * (call.has(1) ? inverse * n.parameter(1) : inverse));
    if (call.has(1)) inverse = inverse * n.parameter(1);
    const Tensor y = (n.x - reduce_mean(n.x, axes, true)) * inverse;
    return n.back(call.has(2) ? y + n.parameter(2) : y);
}

Tensor rms_normalized(const Call& call) {
    const Normalized n(call);
    const Tensor inverse = rsqrt(reduce_mean(square(n.x), Axes(n.axes), true) + n.epsilon());
    const Tensor y = n.x * inverse;
    return n.back(call.has(1) ? y * n.parameter(1) : y);
}

/// A parameter broadcasts, or has the elements of the axes that are normalized.
Results normalized_results(const Call& call, const Shapes& operands) {
    const Shape& x = operands[0];
    Shape shape = x;
    int64_t normalized = 1;
    for (const int axis : call.integers("axis"))
        normalized = multiplied(call, normalized, x[x.normalize_axis(axis, call.owner().c_str())]);
    for (size_t i = 1; i < operands.size(); ++i) {
        if (!call.has(i)) continue;
        if (operands[i].rank() == x.rank())
            shape = broadcast_open(shape, operands[i], call.owner());
        else
            common(call, normalized, elements(operands[i]), {x, operands[i]});
    }
    return {{shape}};
}

Tensor normalized(const Call& call) {
    const Tensor x = call.floating(0);
    const Axes axes = call.axes();
    const double epsilon = call["epsilon"].is_null() ? 1e-7 : call.number("epsilon");
    const int64_t order = call.integer("order");
    if (order < 1) call.wrong("order", "it must be at least 1");
    if (order == 2) return x * minimum(rsqrt(reduce_sum(square(x), axes, true)), 1 / epsilon);
    const Tensor norm = pow(reduce_sum(pow(abs(x), order), axes, true), 1.0 / static_cast<double>(order));
    return x / maximum(norm, epsilon);
}

Results scaled_results(const Call& call, const Shapes& operands) {
    if (!call["axis"].is_null())
        for (const int axis : call.integers("axis"))
            operands.front().normalize_axis(axis, call.owner().c_str());
    return {{operands.front()}};
}

/// Queries (batch, target, heads, size) look at keys and take of the values, both (batch, source, heads,
/// size).
Tensor attended(const Call& call) {
    std::vector<Tensor> given = call.alike(0, 3);
    for (Tensor& x : given)
        if (!is_floating(x.dtype())) x = cast(x, float32);
    const Tensor &query = given[0], &key = given[1], &value = given[2];
    const double scale = call.has(5) ? call.scalar(5) : 1 / std::sqrt(static_cast<double>(query.shape()[3]));
    Tensor scores = einsum("btnh,bsnh->bnts", query, key) * scale;
    if (call.has(3)) scores = scores + call.as(3, scores.dtype());
    const Tensor never = Tensor::scalar(scores.dtype() == float16 ? -6e4 : -1e30, scores.dtype());
    const auto keep = [&](const Tensor& mask) { scores = where(mask, scores, never); };
    if (call.has(4)) keep(call.as(4, bool_));
    if (call.flag("is_causal"))
        keep(reshape(arange(0, query.shape()[1], 1, int64), {-1, 1}) >= arange(0, key.shape()[1], 1, int64));
    return einsum("bnts,bsnh->btnh", nn::softmax(scores), value);
}

Results attended_results(const Call& call, const Shapes& operands) {
    call.only("attn_logits_soft_cap", Config());
    for (size_t i = 0; i < 3; ++i)
        if (operands[i].rank() != 4)
            fail<ShapeError>("{}: an operand has shape {}; (batch, steps, heads, size) is needed",
                             call.owner(), operands[i]);
    Shape scores = einsum_shape("btnh,bsnh->bnts", operands[0], operands[1]);
    for (const size_t i : {size_t{3}, size_t{4}})
        if (i < operands.size() && call.has(i)) scores = broadcast_open(scores, operands[i], call.owner());
    return {{einsum_shape("bnts,bsnh->btnh", scores, operands[2])}};
}

const Function functions[] = {
    {"nn.DotProductAttention", "query key value bias= mask= scale=",
     R"({"is_causal":false,"flash_attention":null,"attn_logits_soft_cap":null})", attended, attended_results},
    {"nn.BatchNorm", "x mean variance offset? scale?", R"({"axis":"!","epsilon":0.001})", batch_normalized,
     batch_normalized_results},
    {"nn.LayerNorm", "x gamma? beta?", R"({"axis":-1,"epsilon":null,"rms_scaling":false})", layer_normalized,
     normalized_results},
    {"nn.RMSNorm", "x scale=", R"({"axis":-1,"epsilon":null})", rms_normalized, normalized_results},
    {"nn.Normalize", "x", R"({"axis":-1,"order":2,"epsilon":null})", normalized, scaled_results},
};

}  // namespace

std::span<const Function> network_functions() {
    return functions;
}

}  // namespace keratin::operations
