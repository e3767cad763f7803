#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"
#include "support/window_cases.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/pool.hpp>

#include <fmt/core.h>

#include <limits>
#include <string>
#include <vector>

using namespace keratin;

namespace {

struct Case {
    Shape x, y;
    Size2 window;
    nn::Pool2DOptions options;
    window_cases::Side rows, cols;

    std::string name() const {
        return fmt::format("input {}, window {}, strides {}, padding {}", x, window,
                           options.strides.value_or(window), options.padding);
    }
};

Case sample(window_cases::Sampler& random, int64_t side, int64_t channels) {
    const Size2 window(random.between(1, 4), random.between(1, 4));
    std::optional<Size2> strides;
    if (random.between(0, 2) > 0) strides = Size2(random.between(1, 3), random.between(1, 3));
    const Padding padding = random.one_of<Padding>({"valid", "same"});
    const bool same = padding.kind() == Padding::Kind::same;
    Case c{.x = {random.between(0, 2), random.between(same ? 1 : window.height, side),
                 random.between(same ? 1 : window.width, side), random.between(1, channels)},
           .y = {},
           .window = window,
           .options = {.strides = strides, .padding = padding},
           .rows = {},
           .cols = {}};
    const Size2 step = strides.value_or(window);
    c.rows = window_cases::side(c.x[1], window.height, step.height, 1, padding.kind(), {0, 0});
    c.cols = window_cases::side(c.x[2], window.width, step.width, 1, padding.kind(), {0, 0});
    c.y = Shape{c.x[0], c.rows.out, c.cols.out, c.x[3]};
    return c;
}

struct Loops {
    std::vector<double> max, max_dx, mean, mean_dx;
};

/// Windows one by one; a maximum's gradient goes to the first cell that has it.
Loops loops(const Case& c, const std::vector<double>& x, const std::vector<double>& dy) {
    Loops result{{}, std::vector<double>(x.size()), {}, std::vector<double>(x.size())};
    size_t at_y = 0;
    for (int64_t n = 0; n < c.y[0]; ++n)
        for (int64_t oh = 0; oh < c.y[1]; ++oh)
            for (int64_t ow = 0; ow < c.y[2]; ++ow)
                for (int64_t channel = 0; channel < c.y[3]; ++channel, ++at_y) {
                    std::vector<size_t> cells;
                    for (int64_t kh = 0; kh < c.window.height; ++kh)
                        for (int64_t kw = 0; kw < c.window.width; ++kw) {
                            const int64_t ih = c.rows.at(oh, kh);
                            const int64_t iw = c.cols.at(ow, kw);
                            if (c.rows.inside(ih) && c.cols.inside(iw))
                                cells.push_back(static_cast<size_t>(
                                    ((n * c.x[1] + ih) * c.x[2] + iw) * c.x[3] + channel));
                        }
                    size_t first = cells.front();
                    double sum = 0;
                    for (const size_t cell : cells) {
                        if (x[cell] > x[first]) first = cell;
                        sum += x[cell];
                        result.mean_dx[cell] += dy[at_y] / static_cast<double>(cells.size());
                    }
                    result.max.push_back(x[first]);
                    result.max_dx[first] += dy[at_y];
                    result.mean.push_back(sum / static_cast<double>(cells.size()));
                }
    return result;
}

/// Numbers of which many are equal.
Tensor with_ties(const Shape& shape, unsigned seed, DType dtype) {
    std::vector<double> values = numbers::of(numbers::distinct(shape, seed));
    for (double& value : values) value = std::round(value * 2);
    return numbers::as(values, shape, dtype);
}

}  // namespace

TEST_CASE("the pools and their gradients agree with nested loops on 800 sampled shapes", "[ops][pool]") {
    const DType dtype = GENERATE(float32, float64);
    const double tolerance = dtype == float32 ? 2e-6 : 1e-14;
    window_cases::Sampler random(dtype == float32 ? 11 : 12);
    for (int i = 0; i < 400; ++i) {
        const Case c = sample(random, 9, i % 4 == 0 ? 19 : 5);
        const Tensor x = i % 2 == 0 ? numbers::distinct(c.x, random.seed(), 1.0, dtype)
                                    : with_ties(c.x, random.seed(), dtype);
        const Tensor dy = numbers::distinct(c.y, random.seed(), 1.0, dtype);
        const Loops expected = loops(c, numbers::of(x), numbers::of(dy));

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
        const Case c = sample(random, 5, 2);
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
