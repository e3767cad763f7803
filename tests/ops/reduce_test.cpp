#include <keratin/ops/reduce.hpp>

#include "ops/support.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

using namespace keratin;
using namespace keratin::test;

namespace {

struct Case {
    Shape shape;
    Axes axes;
    Shape result;
    Shape kept;
};

/// Every axis, one, neighbours, axes apart, negative and unordered ones, none, and axes of extent 1.
Case any_case() {
    return GENERATE(Case{{2, 3, 4}, {}, {}, {1, 1, 1}}, Case{{2, 3, 4}, 0, {3, 4}, {1, 3, 4}},
                    Case{{2, 3, 4}, 1, {2, 4}, {2, 1, 4}}, Case{{2, 3, 4}, -1, {2, 3}, {2, 3, 1}},
                    Case{{2, 3, 4}, {0, 1}, {4}, {1, 1, 4}}, Case{{2, 3, 4}, {-1, 1}, {2}, {2, 1, 1}},
                    Case{{2, 3, 4}, {2, 0}, {3}, {1, 3, 1}}, Case{{2, 3, 2, 2}, {0, 2}, {3, 2}, {1, 3, 1, 2}},
                    Case{{2, 3, 2, 2}, {1, -1}, {2, 2}, {2, 1, 2, 1}},
                    Case{{2, 1, 3}, {0, 2}, {1}, {1, 1, 1}}, Case{{2, 1, 3}, 1, {2, 3}, {2, 1, 3}},
                    Case{{5}, 0, {}, {1}}, Case{{}, {}, {}, {}},
                    Case{{2, 3}, std::initializer_list<int>{}, {2, 3}, {2, 3}}, Case{{0, 3}, 1, {0}, {0, 1}},
                    Case{{1, 1}, -2, {1}, {1, 1}});
}

/// The elements that each element of the result is made of, in order.
std::vector<std::vector<double>> groups(const Tensor& x, const Shape& kept) {
    std::vector<std::vector<double>> found(static_cast<size_t>(kept.size()));
    for (int64_t i = 0; i < x.size(); ++i)
        found[static_cast<size_t>(broadcast_source(kept, x.shape(), i))].push_back(value(x, i));
    return found;
}

double sum_of(const std::vector<double>& v) {
    return std::accumulate(v.begin(), v.end(), 0.0);
}
double mean_of(const std::vector<double>& v) {
    return sum_of(v) / static_cast<double>(v.size());
}
double variance_of(const std::vector<double>& v) {
    double sum = 0;
    for (const double x : v) sum += (x - mean_of(v)) * (x - mean_of(v));
    return sum / static_cast<double>(v.size());
}

struct Reduction {
    const char* name;
    Tensor (*op)(const Tensor&, const Axes&, bool);
    double (*on_numbers)(const std::vector<double>&);
};

Reduction any_reduction() {
    return GENERATE(
        Reduction{"sum", reduce_sum, sum_of}, Reduction{"mean", reduce_mean, mean_of},
        Reduction{"max", reduce_max,
                  [](const std::vector<double>& v) { return *std::max_element(v.begin(), v.end()); }},
        Reduction{"min", reduce_min,
                  [](const std::vector<double>& v) { return *std::min_element(v.begin(), v.end()); }},
        Reduction{"variance", reduce_variance, variance_of},
        Reduction{"std", reduce_std, [](const std::vector<double>& v) { return std::sqrt(variance_of(v)); }});
}

}  // namespace

TEST_CASE("Reductions agree with loops over what each result is made of", "[ops][reduce]") {
    const Reduction f = any_reduction();
    const Case c = any_case();
    const bool keepdims = GENERATE(false, true);
    const Tensor x = sample(c.shape, 1);
    const Tensor y = f.op(x, c.axes, keepdims), single = f.op(cast(x, float32), c.axes, keepdims);
    INFO(f.name << " of " << c.shape << " to " << c.kept);
    REQUIRE(y.shape() == (keepdims ? c.kept : c.result));
    CHECK(single.dtype() == float32);
    const auto expected = groups(x, c.kept);
    for (int64_t i = 0; i < y.size(); ++i) {
        const double number = f.on_numbers(expected[static_cast<size_t>(i)]);
        CHECK(value(y, i) == Approx(number).epsilon(1e-13).margin(1e-14));
        CHECK(value(single, i) == Approx(number).epsilon(1e-5).margin(1e-6));
    }
}

TEST_CASE("Reductions have right first and second derivatives", "[ops][reduce][gradients]") {
    const Reduction f = any_reduction();
    const Case c = any_case();
    const bool keepdims = GENERATE(false, true);
    const bool one_each = c.kept.size() == c.shape.size();
    if (f.op == reduce_std && one_each) return;  // the root of 0 has no derivative
    INFO(f.name << " of " << c.shape << " to " << c.kept);
    check_derivatives([&](const std::vector<Tensor>& x) { return square(f.op(x[0], c.axes, keepdims)); },
                      {sample(c.shape, 2)});
}

TEST_CASE("Sums, maxima and minima of integers stay integers", "[ops][reduce]") {
    const DType dtype = GENERATE(int32, int64);
    const Case c = any_case();
    const Tensor x = cast(floor(sample(c.shape, 3, -9, 9)), dtype);
    const auto expected = groups(x, c.kept);
    const Tensor sum = reduce_sum(x, c.axes), largest = reduce_max(x, c.axes),
                 smallest = reduce_min(x, c.axes);
    CHECK(sum.dtype() == dtype);
    REQUIRE(sum.shape() == c.result);
    for (int64_t i = 0; i < sum.size(); ++i) {
        const std::vector<double>& group = expected[static_cast<size_t>(i)];
        CHECK(value(sum, i) == sum_of(group));
        CHECK(value(largest, i) == *std::max_element(group.begin(), group.end()));
        CHECK(value(smallest, i) == *std::min_element(group.begin(), group.end()));
    }
}

TEST_CASE("Sums of uint8 and bool do not overflow, and means of integers are float32", "[ops][reduce]") {
    const Tensor bytes = full({10, 100}, 255, uint8);
    CHECK(reduce_sum(bytes).dtype() == int64);
    CHECK(reduce_sum(bytes).item<int64_t>() == 255000);
    CHECK(reduce_sum(full({7}, true, bool_)).item<int64_t>() == 7);
    CHECK(reduce_max(bytes).dtype() == uint8);
    CHECK(reduce_mean(Tensor::from({1, 2})).dtype() == float32);
    CHECK(reduce_mean(Tensor::from({1, 2})).item<float>() == 1.5f);
    CHECK(reduce_mean(Tensor::from(std::vector<bool>{true, false, true, true})).item<float>() == 0.75f);
}

TEST_CASE("reduce_any and reduce_all agree with loops", "[ops][reduce]") {
    const Case c = any_case();
    const bool keepdims = GENERATE(false, true);
    const Tensor x = sample(c.shape, 4) > -0.5;
    const Tensor any = reduce_any(x, c.axes, keepdims), all = reduce_all(x, c.axes, keepdims);
    REQUIRE(any.shape() == (keepdims ? c.kept : c.result));
    REQUIRE(all.dtype() == bool_);
    const auto expected = groups(x, c.kept);
    for (int64_t i = 0; i < any.size(); ++i) {
        const std::vector<double>& group = expected[static_cast<size_t>(i)];
        CHECK(value(any, i) == (sum_of(group) > 0));
        CHECK(value(all, i) == (sum_of(group) == static_cast<double>(group.size())));
    }
}

TEST_CASE("The sum of nothing is 0, any of nothing false and all of nothing true", "[ops][reduce]") {
    const auto [shape, axis, result] = GENERATE(
        table<Shape, int, Shape>({{{0}, 0, {}}, {{0, 3}, 0, {3}}, {{3, 0}, 1, {3}}, {{2, 0, 2}, 1, {2, 2}}}));
    const DType dtype = GENERATE(float32, float64, int32, int64);
    const Tensor sum = reduce_sum(zeros(shape, dtype), axis);
    REQUIRE(sum.shape() == result);
    CHECK(values(sum) == std::vector<double>(static_cast<size_t>(result.size()), 0));
    CHECK(values(reduce_any(zeros(shape, bool_), axis)) == values(sum));
    CHECK(values(reduce_all(zeros(shape, bool_), axis)) == values(ones(result)));
    check_derivatives([axis = axis](const std::vector<Tensor>& x) { return reduce_sum(x[0], axis); },
                      {zeros(shape, float64)});
}

TEST_CASE("The gradient of max and min is shared equally by ties", "[ops][reduce][gradients]") {
    const Tensor x = Tensor::from({1.f, 3.f, 3.f, 0.f, 0.f, 0.f}, {2, 3});
    GradientTape tape({.persistent = true});
    tape.watch(x);
    CHECK(values(tape.gradient(reduce_max(x, 1), x)) ==
          values(Tensor::from({0.f, 0.5f, 0.5f, 1.f / 3, 1.f / 3, 1.f / 3})));
    CHECK(values(tape.gradient(reduce_min(x), x)) ==
          values(Tensor::from({0.f, 0.f, 0.f, 1.f / 3, 1.f / 3, 1.f / 3})));
}

TEST_CASE("Not a number in a reduction is its result", "[ops][reduce]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Tensor x = Tensor::from({1.f, nan, 2.f});
    CHECK(std::isnan(reduce_max(x).item<float>()));
    CHECK(std::isnan(reduce_min(x).item<float>()));
    CHECK(std::isnan(reduce_sum(x).item<float>()));
}

TEST_CASE("Reductions say what does not fit", "[ops][reduce][errors]") {
    const Tensor x = zeros({2, 0, 3});
    CHECK_THROWS_MATCHES(reduce_sum(x, 3), ShapeError,
                         Message("reduce_sum: axis 3 is outside shape (2, 0, 3); use an axis from -3 to 2"));
    CHECK_THROWS_MATCHES(
        reduce_sum(x, {1, -2}), ShapeError,
        Message("reduce_sum: axis -2 of shape (2, 0, 3) is named twice; name each axis once"));
    CHECK_THROWS_MATCHES(
        reduce_mean(x, 1), ValueError,
        Message("reduce_mean: input of shape (2, 0, 3) has no elements along the axes to reduce; at "
                "least one is needed"));
    CHECK_THROWS_AS(reduce_max(x), ValueError);
    CHECK_THROWS_AS(reduce_min(x, {0, 1}), ValueError);
    CHECK_THROWS_AS(reduce_variance(x), ValueError);
    CHECK_NOTHROW(reduce_max(x, 2));
    CHECK_THROWS_AS(reduce_sum(Tensor::scalar(1), 0), ShapeError);
    CHECK_THROWS_AS(reduce_variance(zeros({2}, int32)), DTypeError);
    CHECK_THROWS_AS(reduce_max(zeros({2}, bool_)), DTypeError);
    CHECK_THROWS_AS(reduce_any(zeros({2}, uint8)), DTypeError);
    CHECK_THROWS_AS(reduce_all(zeros({2}, bool_), 1), ShapeError);
    for (auto op : {reduce_sum, reduce_mean, reduce_max, reduce_min, reduce_variance, reduce_std, reduce_all,
                    reduce_any})
        CHECK_THROWS_AS(op(Tensor(), {}, false), ValueError);
}
