#include "layers/operations/table.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>

#include <cmath>

/// Comparisons, truth values, dtypes (keras.src.ops.numpy, core).
namespace keratin::operations {
namespace {

Tensor not_a_number(const Tensor& x) {
    return x != x;
}

Tensor is_near(const Call& call) {
    const std::vector<Tensor> both = call.alike(0, 2);
    const Tensor a = is_floating(both[0].dtype()) ? both[0] : cast(both[0], float32);
    const Tensor b = is_floating(both[1].dtype()) ? both[1] : cast(both[1], float32);
    const double rtol = call.has(2) ? call.scalar(2) : 1e-5;
    const double atol = call.has(3) ? call.scalar(3) : 1e-8;
    Tensor near = logical_and(abs(a - b) <= abs(b) * rtol + atol, logical_and(is_finite(a), is_finite(b)));
    near = logical_or(near, logical_and(a == b, logical_not(is_finite(a))));
    if (!call.flag("equal_nan")) return near;
    return logical_or(near, logical_and(not_a_number(a), not_a_number(b)));
}

Results near_results(const Call& call, const Shapes& operands) {
    for (size_t i = 2; i < operands.size(); ++i)
        if (call.has(i)) require_number(call, operands[i]);
    return {{broadcast_open(operands[0], operands[1], call.owner())}};
}

Tensor chosen(const Call& call) {
    if (!call.has(1) || !call.has(2))
        fail<ValueError>(
            "{}: where() of a condition alone has a result of open size, which keratin lacks; "
            "give x1 and x2",
            call.owner());
    const std::vector<Tensor> both = call.alike(1, 2);
    const Tensor condition = call.as(0, bool_);
    return where(condition, both[0], both[1]);
}

Tensor as_dtype(const Call& call) {
    const std::optional<DType> dtype = call.dtype();
    return dtype ? call.as(0, *dtype) : call.tensor(0);
}

Tensor filled_like(const Call& call, double value) {
    return full(call.tensor(0).shape(), value, call.dtype().value_or(call.tensor(0).dtype()));
}

Tensor full_like(const Call& call) {
    const Tensor x = call.tensor(0);
    const DType dtype = call.dtype().value_or(x.dtype());
    return where(full(x.shape(), 1, bool_), call.as(1, dtype), full({}, 0, dtype));
}

Results full_like_results(const Call& call, const Shapes& operands) {
    const Shape &x = operands[0], &value = operands[1];
    const Shape shape = broadcast_open(x, value, call.owner());
    const bool grown = x.is_static() && value.is_static() && shape != x;
    if (shape.rank() != x.rank() || grown)
        fail<ShapeError>("{}: a value of shape {} does not fill {}", call.owner(), value, x);
    return {{x}};
}

const Function functions[] = {
    {"numpy.Equal", "x1 x2", "", [](const Call& c) { return c.join(equal); }},
    {"numpy.NotEqual", "x1 x2", "", [](const Call& c) { return c.join(not_equal); }},
    {"numpy.Less", "x1 x2", "", [](const Call& c) { return c.join(less); }},
    {"numpy.LessEqual", "x1 x2", "", [](const Call& c) { return c.join(less_equal); }},
    {"numpy.Greater", "x1 x2", "", [](const Call& c) { return c.join(greater); }},
    {"numpy.GreaterEqual", "x1 x2", "", [](const Call& c) { return c.join(greater_equal); }},
    {"numpy.LogicalAnd", "x1 x2", "", [](const Call& c) { return c.join_bool(logical_and); }},
    {"numpy.LogicalOr", "x1 x2", "", [](const Call& c) { return c.join_bool(logical_or); }},
    {"numpy.LogicalXor", "x1 x2", "",
     [](const Call& c) {
         return c.join_bool([](const Tensor& a, const Tensor& b) {
             return logical_and(logical_or(a, b), logical_not(logical_and(a, b)));
         });
     }},
    {"numpy.LogicalNot", "x", "", [](const Call& c) { return logical_not(c.as(0, bool_)); }},
    {"numpy.Isfinite", "x", "", [](const Call& c) { return c.map(is_finite); }},
    {"numpy.Isnan", "x", "", [](const Call& c) { return c.map(not_a_number); }},
    {"numpy.Isinf", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return abs(x) == INFINITY; }); }},
    {"numpy.Isposinf", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return x == INFINITY; }); }},
    {"numpy.Isneginf", "x", "",
     [](const Call& c) { return c.map([](const Tensor& x) { return x == -INFINITY; }); }},
    {"numpy.Isclose", "x1 x2 rtol? atol?", R"({"equal_nan":false})", is_near, near_results},
    {"numpy.Where", "condition x1? x2?", "", chosen},
    {"core.Cast", "x", R"({"dtype":"!"})", as_dtype},
    {"core.ConvertToTensor", "x", R"({"dtype":null,"sparse":null,"ragged":null})", as_dtype},
    {"core.StopGradient", "variable", "", [](const Call& c) { return stop_gradient(c.tensor(0)); }},
    {"numpy.Copy", "x", "", [](const Call& c) { return c.tensor(0); }},
    {"numpy.ZerosLike", "x", R"({"dtype":null})", [](const Call& c) { return filled_like(c, 0); }},
    {"numpy.OnesLike", "x", R"({"dtype":null})", [](const Call& c) { return filled_like(c, 1); }},
    {"numpy.FullLike", "x fill_value", R"({"dtype":null})", full_like, full_like_results},
};

}  // namespace

std::span<const Function> logic_functions() {
    return functions;
}

}  // namespace keratin::operations
