#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"

#include <keratin/ops/nn/activation.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace keratin;

namespace {

/// log softmax along one axis, by the book.
std::vector<double> log_softmax(const Tensor& x, int axis) {
    const auto values = numbers::of(x);
    std::vector<double> result(values.size());
    axis = axis < 0 ? axis + x.rank() : axis;
    const int64_t n = x.shape()[axis];
    const int64_t inner = x.shape().slice(axis + 1, x.rank()).size();
    for (int64_t outer = 0; outer < x.shape().slice(0, axis).size(); ++outer)
        for (int64_t i = 0; i < inner; ++i) {
            const auto at = [&](int64_t k) { return static_cast<size_t>((outer * n + k) * inner + i); };
            double largest = -INFINITY;
            for (int64_t k = 0; k < n; ++k) largest = std::max(largest, values[at(k)]);
            double sum = 0;
            for (int64_t k = 0; k < n; ++k) sum += std::exp(values[at(k)] - largest);
            for (int64_t k = 0; k < n; ++k) result[at(k)] = values[at(k)] - largest - std::log(sum);
        }
    return result;
}

struct Case {
    Shape shape;
    int axis;
};
const std::vector<Case> cases = {{{5}, 0},          {{1}, -1},       {{3, 1}, 1},     {{4, 10}, -1},
                                 {{4, 10}, 0},      {{2, 3, 17}, 2}, {{2, 3, 17}, 1}, {{2, 3, 17}, 0},
                                 {{0, 7}, -1},      {{0, 7}, 0},     {{2, 33}, -1},   {{2, 2, 3, 2}, 1},
                                 {{2, 2, 3, 2}, -2}};

}  // namespace

TEST_CASE("softmax and log_softmax agree with their formulas along any axis", "[ops][softmax]") {
    const DType dtype = GENERATE(float32, float64);
    const double tolerance = dtype == float32 ? 2e-6 : 1e-13;
    for (const auto& [shape, axis] : cases) {
        const Tensor x = numbers::distinct(shape, 1, 10.0, dtype);
        const auto logs = log_softmax(x, axis);
        std::vector<double> shares;
        for (const double value : logs) shares.push_back(std::exp(value));
        INFO(shape << ", axis " << axis << ", " << name(dtype));
        CHECK(nn::softmax(x, axis).shape() == shape);
        CHECK(numbers::difference(nn::softmax(x, axis), shares) < tolerance);
        CHECK(numbers::difference(nn::log_softmax(x, axis), logs) < tolerance);
    }
}

TEST_CASE("softmax of large numbers is what softmax of small ones is", "[ops][softmax]") {
    const Tensor x = Tensor::from({1e4, 1e4 + 1, -1e4, 1e30}, {2, 2});
    CHECK(numbers::difference(nn::softmax(x), {1 / (1 + std::exp(1.0)), 1 / (1 + std::exp(-1.0)), 0.0, 1.0}) <
          1e-12);
    CHECK(numbers::difference(nn::log_softmax(x), {-1.3132616875182228, -0.31326168751822286, -1e30, 0.0}) <
          1e-12);
}

TEST_CASE("the gradients of softmax and log_softmax, and theirs, agree with central differences",
          "[ops][softmax]") {
    GradientCases checks;
    for (const Case& c : cases) {
        const int axis = c.axis;
        const Tensor x = numbers::distinct(c.shape, 3, 2.0);
        const auto softmax = [axis](const std::vector<Tensor>& in) { return nn::softmax(in[0], axis); };
        const auto logs = [axis](const std::vector<Tensor>& in) { return nn::log_softmax(in[0], axis); };
        checks.first("softmax", softmax, {x});
        checks.first("log_softmax", logs, {x});
        if (x.size() > 40) continue;
        checks.second("softmax", softmax, {x});
        checks.second("log_softmax", logs, {x});
    }
    CHECK(checks.first_order() >= 26);
    CHECK(checks.second_order() >= 18);
}

TEST_CASE("softmax tells an axis that it does not have", "[ops][softmax][errors]") {
    CHECK_THROWS_MATCHES(nn::softmax(Tensor::scalar(1)), ShapeError,
                         Message("softmax: input is a scalar; an axis to sum over is needed, use reshape()"));
    CHECK_THROWS_AS(nn::log_softmax(zeros({2, 3}), 2), ShapeError);
}
