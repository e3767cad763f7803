#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"
#include "support/pool_cases.hpp"
#include "support/window_cases.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/pool.hpp>

#include <limits>
#include <vector>

using namespace keratin;

TEST_CASE("the pools and their gradients agree with nested loops on 800 sampled shapes", "[ops][pool]") {
    const DType dtype = GENERATE(float32, float64);
    const double tolerance = dtype == float32 ? 2e-6 : 1e-14;
    window_cases::Sampler random(dtype == float32 ? 11 : 12);
    for (int i = 0; i < 400; ++i) {
        const auto c = pool_cases::sample(random, 9, i % 4 == 0 ? 19 : 5);
        const Tensor x = i % 2 == 0 ? numbers::distinct(c.x, random.seed(), 1.0, dtype)
                                    : pool_cases::with_ties(c.x, random.seed(), dtype);
        const Tensor dy = numbers::distinct(c.y, random.seed(), 1.0, dtype);
        const auto expected = pool_cases::loops(c, numbers::of(x), numbers::of(dy));

        GradientTape tape({.persistent = true});
        tape.watch(x);
        const Tensor max = nn::max_pool2d(x, c.window, c.options);
        const Tensor mean = nn::avg_pool2d(x, c.window, c.options);
        INFO(c.name() << ", " << name(dtype));
        REQUIRE(max.shape() == c.y);
        REQUIRE(mean.shape() == c.y);
        REQUIRE(nn::pool2d_shape(c.x, c.window, c.options, "test") == c.y);
        CHECK(numbers::difference(max, expected.max) == 0);
        CHECK(numbers::difference(mean, expected.mean) < tolerance);
        CHECK(numbers::difference(tape.gradient(max, x, {.output_gradients = dy}), expected.max_dx) <
              tolerance);
        CHECK(numbers::difference(tape.gradient(mean, x, {.output_gradients = dy}), expected.mean_dx) <
              tolerance);
        tape.stop_recording();
        CHECK(numbers::difference(nn::max_pool2d(x, c.window, c.options), expected.max) == 0);
    }
}

TEST_CASE("the gradients of the pools agree with central differences", "[ops][pool]") {
    window_cases::Sampler random(13);
    GradientCases cases;
    for (int i = 0; i < 20; ++i) {
        const auto c = pool_cases::sample(random, 5, 2);
        const Tensor x = numbers::distinct(c.x, random.seed());
        const auto max = [&](const std::vector<Tensor>& in) {
            return nn::max_pool2d(in[0], c.window, c.options);
        };
        const auto mean = [&](const std::vector<Tensor>& in) {
            return nn::avg_pool2d(in[0], c.window, c.options);
        };
        // Squared, as the second derivatives of the pools themselves are 0.
        const auto squares = [](const auto& pool) {
            return [&pool](const std::vector<Tensor>& in) {
                return pool(std::vector<Tensor>{in[0] * in[0] * in[0]});
            };
        };
        cases.first("max_pool2d, " + c.name(), max, {x});
        cases.first("avg_pool2d, " + c.name(), mean, {x});
        if (i >= 8) continue;
        cases.second("max_pool2d of cubes, " + c.name(), squares(max), {x});
        cases.second("avg_pool2d of cubes, " + c.name(), squares(mean), {x});
    }
    CHECK(cases.first_order() >= 40);
    CHECK(cases.second_order() >= 16);
}

TEST_CASE("all of a window's gradient goes to its first maximum; overlapping windows add up", "[ops][pool]") {
    GradientTape tape;
    const Tensor x = ones({1, 5, 5, 1});
    tape.watch(x);
    const Tensor dx = tape.gradient(nn::max_pool2d(x, 3, {.strides = 2}), x);
    CHECK(numbers::of(dx) ==
          std::vector<double>{1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("padding neither wins a maximum nor counts in a mean", "[ops][pool]") {
    const Tensor below = full({1, 4, 4, 1}, -3);
    const nn::Pool2DOptions same{.strides = 1, .padding = "same"};
    CHECK(numbers::difference(nn::max_pool2d(below, 3, same), below) == 0);
    CHECK(numbers::difference(nn::avg_pool2d(below, 3, same), below) < 1e-6);
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(numbers::of(nn::max_pool2d(full({1, 2, 2, 1}, -infinity), 2))[0] == -infinity);
}

TEST_CASE("a window beyond the image, or a stride that moves nothing, may be any number", "[ops][pool]") {
    constexpr int64_t huge = INT64_MAX;
    const Tensor x = numbers::distinct({2, 3, 5, 2}, 1);
    const auto run = [&](const auto& pool, Size2 window, Size2 strides) {
        GradientTape tape;
        tape.watch(x);
        const Tensor y = pool(x, window, nn::Pool2DOptions{.strides = strides, .padding = "same"});
        return std::vector<Tensor>{y, tape.gradient(y * y, x)};
    };
    const auto check_same = [&](const auto& pool) {
        for (const Size2 strides : {Size2(1), Size2(2), Size2(huge)}) {
            const auto wide = run(pool, {huge, huge - 1}, strides);
            const auto expected = run(pool, 100, strides.height == huge ? Size2(50) : strides);
            for (size_t i = 0; i < wide.size(); ++i) CHECK(numbers::difference(wide[i], expected[i]) == 0);
        }
    };
    check_same(nn::max_pool2d);
    check_same(nn::avg_pool2d);
}

TEST_CASE("a pool knows its shape before its batch", "[ops][pool]") {
    CHECK(nn::pool2d_shape({Shape::unknown, 28, 28, 6}, 2, {}, "pool") == Shape{Shape::unknown, 14, 14, 6});
    CHECK(nn::pool2d_shape({0, 4, 4, 3}, 2, {.strides = 1}, "pool") == Shape{0, 3, 3, 3});
}

TEST_CASE("the pools tell what they do not take", "[ops][pool][errors]") {
    CHECK_THROWS_MATCHES(
        nn::max_pool2d(zeros({1, 4, 4, 1}), 5), ShapeError,
        Message("max_pool2d: window (5, 5) does not fit input (1, 4, 4, 1) with padding \"valid\"; "
                "use padding \"same\" or a smaller pool_size"));
    CHECK_THROWS_MATCHES(
        nn::avg_pool2d(zeros({4, 4, 1}), 2), ShapeError,
        Message("avg_pool2d: input has shape (4, 4, 1); images of shape (batch, height, width, "
                "channels) are needed, use reshape() or expand_dims()"));
    CHECK_THROWS_MATCHES(nn::max_pool2d(zeros({1, 4, 4, 1}), {2, 0}), ValueError,
                         Message("max_pool2d: window (2, 0) must be at least 1"));
    CHECK_THROWS_MATCHES(nn::avg_pool2d(zeros({1, 4, 4, 1}), 2, {.strides = Size2(0, 1)}), ValueError,
                         Message("avg_pool2d: strides (0, 1) must be at least 1"));
    CHECK_THROWS_MATCHES(
        nn::avg_pool2d(zeros({1, 4, 4, 1}), 2, {.padding = {{1, 1}, {1, 1}}}), ValueError,
        Message("avg_pool2d: padding ((1, 1), (1, 1)) is not accepted; use \"valid\" or \"same\", or "
                "pad() the input"));
    CHECK_THROWS_MATCHES(
        nn::max_pool2d(zeros({1, 4, 4, 1}, int32), 2), DTypeError,
        Message("max_pool2d: input of shape (1, 4, 4, 1) is int32; float32 or float64 is needed, "
                "cast() it"));
}
