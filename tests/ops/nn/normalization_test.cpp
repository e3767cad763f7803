#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/normalization.hpp>

#include <cmath>
#include <vector>

using namespace keratin;

namespace {

struct Case {
    Shape shape;
    int axis;

    int64_t channels() const { return shape[axis]; }
    /// The channel of the element at a flat position.
    size_t channel(size_t flat) const {
        const int last = axis < 0 ? axis + shape.rank() : axis;
        const auto inner = static_cast<size_t>(shape.slice(last + 1, shape.rank()).size());
        return flat / inner % static_cast<size_t>(channels());
    }
};
const std::vector<Case> cases = {{{6, 3}, -1},   {{2, 4, 5, 3}, -1}, {{2, 3, 4, 5}, 1}, {{5}, 0},
                                 {{4, 3, 1}, 0}, {{1, 7}, -1},       {{2, 3, 1}, -1},   {{3, 2, 2, 17}, -1}};

struct Statistics {
    std::vector<double> mean, variance;
};
Statistics statistics(const Tensor& x, const Case& c) {
    const auto values = numbers::of(x);
    const auto channels = static_cast<size_t>(c.channels());
    const double n = static_cast<double>(values.size()) / static_cast<double>(channels);
    Statistics s{std::vector<double>(channels), std::vector<double>(channels)};
    for (size_t i = 0; i < values.size(); ++i) s.mean[c.channel(i)] += values[i] / n;
    for (size_t i = 0; i < values.size(); ++i)
        s.variance[c.channel(i)] += std::pow(values[i] - s.mean[c.channel(i)], 2) / n;
    return s;
}

}  // namespace

TEST_CASE("batch_moments gives each channel's mean and population variance", "[ops][normalization]") {
    const DType dtype = GENERATE(float32, float64);
    for (const Case& c : cases) {
        const Tensor x = numbers::distinct(c.shape, 1, 3.0, dtype);
        const auto [mean, variance] = nn::batch_moments(x, c.axis);
        const Statistics expected = statistics(x, c);
        INFO(c.shape << ", axis " << c.axis << ", " << name(dtype));
        CHECK(mean.shape() == Shape{c.channels()});
        CHECK(numbers::difference(mean, expected.mean) < (dtype == float32 ? 2e-6 : 1e-14));
        CHECK(numbers::difference(variance, expected.variance) < (dtype == float32 ? 4e-6 : 1e-14));
    }
}

TEST_CASE("the variance of numbers far from 0 keeps its digits", "[ops][normalization]") {
    const Tensor x = Tensor::from({1000.f, 1001.f, 1002.f, 1003.f}, {4, 1});
    CHECK(nn::batch_moments(x).variance.item<float>() == 1.25f);
}

TEST_CASE("batch_normalization agrees with its formula, with and without gamma and beta",
          "[ops][normalization]") {
    const DType dtype = GENERATE(float32, float64);
    const bool with_gamma = GENERATE(false, true);
    const bool with_beta = GENERATE(false, true);
    for (const Case& c : cases) {
        const Shape vector{c.channels()};
        const Tensor x = numbers::distinct(c.shape, 1, 3.0, dtype);
        const Tensor mean = numbers::distinct(vector, 2, 1.0, dtype);
        const Tensor variance = square(numbers::distinct(vector, 3, 2.0, dtype));
        const Tensor gamma = with_gamma ? numbers::distinct(vector, 4, 2.0, dtype) : Tensor();
        const Tensor beta = with_beta ? numbers::distinct(vector, 5, 2.0, dtype) : Tensor();
        const auto v = numbers::of(variance);
        const auto m = numbers::of(mean);
        std::vector<double> expected = numbers::of(x);
        for (size_t i = 0; i < expected.size(); ++i) {
            const size_t k = c.channel(i);
            expected[i] = (expected[i] - m[k]) / std::sqrt(v[k] + 1e-3);
            if (with_gamma) expected[i] *= numbers::of(gamma)[k];
            if (with_beta) expected[i] += numbers::of(beta)[k];
        }
        const Tensor y = nn::batch_normalization(x, mean, variance, gamma, beta, 1e-3, c.axis);
        INFO(c.shape << ", axis " << c.axis << ", " << name(dtype));
        CHECK(y.shape() == c.shape);
        CHECK(numbers::difference(y, expected) < (dtype == float32 ? 4e-6 : 1e-13));
    }
}

TEST_CASE("the gradients of normalization, and theirs, agree with central differences",
          "[ops][normalization]") {
    GradientCases checks;
    for (const Case& c : cases) {
        if (c.shape.size() > 150) continue;
        const Shape vector{c.channels()};
        const Tensor x = numbers::distinct(c.shape, 1, 2.0);
        const Tensor mean = numbers::distinct(vector, 2, 1.0);
        const Tensor variance = square(numbers::distinct(vector, 3, 2.0)) + 1;
        const Tensor gamma = numbers::distinct(vector, 4, 2.0);
        const Tensor beta = numbers::distinct(vector, 5, 2.0);
        const int axis = c.axis;
        const auto apply = [axis](const std::vector<Tensor>& in) {
            return nn::batch_normalization(in[0], in[1], in[2], in[3], in[4], 1e-3, axis);
        };
        const auto train = [axis](const std::vector<Tensor>& in) {
            const auto [m, v] = nn::batch_moments(in[0], axis);
            return nn::batch_normalization(in[0], m, v, in[1], in[2], 0.1, axis);
        };
        const auto moments = [axis](const std::vector<Tensor>& in) {
            const auto [m, v] = nn::batch_moments(in[0], axis);
            return m * v + v;
        };
        checks.first("batch_normalization", apply, {x, mean, variance, gamma, beta});
        checks.first("batch_normalization of its own moments", train, {x, gamma, beta});
        checks.first("batch_moments", moments, {x});
        if (c.shape.size() > 20) continue;
        checks.second("batch_normalization", apply, {x, mean, variance, gamma, beta});
        checks.second("batch_normalization of its own moments", train, {x, gamma, beta});
        checks.second("batch_moments", moments, {x});
    }
    for (const Shape& shape : {Shape{4}, Shape{0, 3}, Shape{2, 1}, Shape{2, 3, 2}})
        checks.both("bias_add",
                    [](const std::vector<Tensor>& in) { return nn::bias_add(in[0], in[1]) * in[0]; },
                    {numbers::distinct(shape, 6), numbers::distinct({shape.back()}, 7)});
    CHECK(checks.first_order() >= 22);
    CHECK(checks.second_order() >= 19);
}

TEST_CASE("normalization tells what does not fit", "[ops][normalization][errors]") {
    CHECK_THROWS_MATCHES(
        nn::bias_add(zeros({2, 3}), zeros({4})), ShapeError,
        Message("bias_add: bias has shape (4,), input (2, 3) has 3 channels along axis 1; give shape "
                "(3,)"));
    CHECK_THROWS_MATCHES(
        nn::bias_add(Tensor::scalar(1), zeros({1})), ShapeError,
        Message("bias_add: input is a scalar; an axis of channels is needed, use reshape()"));
    CHECK_THROWS_MATCHES(
        nn::batch_moments(zeros({0, 3})), ValueError,
        Message("batch_moments: input of shape (0, 3) has nothing to average; give at least one "
                "sample"));
    const Tensor x = zeros({2, 3}), v = ones({3});
    CHECK_THROWS_MATCHES(
        nn::batch_normalization(x, v, ones({2}), v, v, 1e-3), ShapeError,
        Message("batch_normalization: variance has shape (2,), input (2, 3) has 3 channels along "
                "axis 1; give shape (3,)"));
    CHECK_THROWS_MATCHES(
        nn::batch_normalization(x, v, v, ones({3}, float64), v, 1e-3), DTypeError,
        Message("batch_normalization: input of shape (2, 3) is float32, gamma of shape (3,) is "
                "float64; cast() one to the other's dtype"));
    CHECK_THROWS_MATCHES(nn::batch_normalization(x, v, v, v, v, -1), ValueError,
                         Message("batch_normalization: epsilon -1 must not be negative"));
}
