#include "support/catch.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/normalization.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace keratin;

TEST_CASE("dropout keeps a share of 1 - rate and scales it up", "[ops][dropout]") {
    const double rate = GENERATE(0.1, 0.5, 0.9);
    const DType dtype = GENERATE(float32, float64);
    const auto y = numbers::of(nn::dropout(ones({100, 1000}, dtype), rate, {7, 1}));
    const auto kept =
        static_cast<double>(std::count_if(y.begin(), y.end(), [](double value) { return value != 0; }));
    // Five standard deviations of a binomial distribution.
    CHECK(std::abs(kept - 1e5 * (1 - rate)) < 5 * std::sqrt(1e5 * rate * (1 - rate)));
    CHECK(std::all_of(y.begin(), y.end(),
                      [&](double value) { return value == 0 || value == Approx(1 / (1 - rate)); }));
}

TEST_CASE("the gradient of dropout passes where the value passed", "[ops][dropout]") {
    const Tensor x = ones({13, 5});
    GradientTape tape;
    tape.watch(x);
    const Tensor y = nn::dropout(x, 0.4, {3, 9});
    CHECK(numbers::difference(tape.gradient(y, x), y) == 0);
}

TEST_CASE("one draw gives one mask, on any number of threads; the next draw another", "[ops][dropout]") {
    const Tensor x = ones({64, 1024});
    set_num_threads(1);
    const auto alone = numbers::of(nn::dropout(x, 0.5, {3, 9}));
    set_num_threads(0);
    CHECK(numbers::of(nn::dropout(x, 0.5, {3, 9})) == alone);
    CHECK(numbers::of(nn::dropout(x, 0.5, {3, 10})) != alone);
    CHECK(numbers::of(nn::dropout(x, 0.5, {4, 9})) != alone);
}

TEST_CASE("dropout without a draw repeats after set_random_seed and not before", "[ops][dropout]") {
    const Tensor x = ones({50});
    set_random_seed(5);
    const auto first = numbers::of(nn::dropout(x, 0.5));
    CHECK(numbers::of(nn::dropout(x, 0.5)) != first);
    set_random_seed(5);
    CHECK(numbers::of(nn::dropout(x, 0.5)) == first);
}

TEST_CASE("rate 0 is the same tensor, rate 1 zeros, whatever they hold", "[ops][dropout]") {
    const Tensor x = full({4}, std::numeric_limits<double>::infinity());
    CHECK(nn::dropout(x, 0, {1, 1}).same_buffer(x));
    CHECK(nn::dropout(x, 0).same_buffer(x));
    CHECK(numbers::of(nn::dropout(x, 1, {1, 1})) == std::vector<double>{0, 0, 0, 0});
    CHECK(nn::dropout(zeros({0, 3}), 0.5, {1, 1}).shape() == Shape{0, 3});
}

TEST_CASE("a noise shape decides for whole axes at once", "[ops][dropout]") {
    const Shape noise = GENERATE(Shape{8, 1, 16}, Shape{Shape::unknown, 1, Shape::unknown});
    const auto y = numbers::of(nn::dropout(ones({8, 6, 16}), 0.5, {2, 2}, &noise));
    for (size_t n = 0; n < 8; ++n)
        for (size_t row = 1; row < 6; ++row)
            for (size_t c = 0; c < 16; ++c) CHECK(y[(n * 6 + row) * 16 + c] == y[n * 6 * 16 + c]);
    CHECK(std::count(y.begin(), y.end(), 0.0) > 0);
    CHECK(std::count(y.begin(), y.end(), 2.0) > 0);
}

TEST_CASE("the gradients of dropout agree with central differences", "[ops][dropout]") {
    GradientCases cases;
    for (const double rate : {0.0, 0.3, 0.8, 1.0})
        cases.both("dropout",
                   [=](const std::vector<Tensor>& in) {
                       return nn::dropout(in[0] * in[0], rate, {1, 2});
                   },
                   {numbers::distinct({3, 5}, 1)});
    CHECK(cases.first_order() >= 4);
}

TEST_CASE("dropout tells what does not fit", "[ops][dropout][errors]") {
    CHECK_THROWS_MATCHES(nn::dropout(zeros({2}), 1.5), ValueError,
                         Message("dropout: rate 1.5 must be within [0, 1]"));
    CHECK_THROWS_MATCHES(nn::dropout(zeros({2}), std::nan("")), ValueError,
                         Message("dropout: rate nan must be within [0, 1]"));
    const Shape noise{3, 2};
    CHECK_THROWS_MATCHES(
        nn::dropout(zeros({4, 2}), 0.5, {1, 1}, &noise), ShapeError,
        Message("dropout: noise_shape (3, 2) does not fit input (4, 2); every extent must be 1 or the "
                "input's"));
    CHECK_THROWS_MATCHES(
        nn::dropout(zeros({2}, int64), 0.5), DTypeError,
        Message("dropout: input of shape (2,) is int64; float32 or float64 is needed, cast() it"));
}
