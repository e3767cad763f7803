#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/jvp.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;

TEST_CASE("jvp of x^2 is 2 x v", "[jvp]") {
    const Tensor x = Tensor::from({1.0, -2.0, 3.0}), v = Tensor::from({0.5, 1.0, -1.0});
    const Jvp result = jvp([](const Tensor& t) { return square(t); }, {x}, {v});
    CHECK(to_string(result.value) == "[1. 4. 9.]");
    CHECK(to_string(result.tangent) == "[ 1. -4. -6.]");
}

TEST_CASE("jvp follows several inputs at once, and functions of more outputs than inputs", "[jvp]") {
    const Tensor a = numbers::distinct({3, 2}, 1), b = numbers::distinct({2, 4}, 2);
    const Tensor da = numbers::distinct({3, 2}, 3), db = numbers::distinct({2, 4}, 4);
    const auto product = [](const Tensor& x, const Tensor& y) { return matmul(x, y); };
    const Tensor tangent = jvp(product, {a, b}, {da, db}).tangent;
    const Tensor wanted = matmul(da, b) + matmul(a, db);
    CHECK(reduce_max(abs(tangent - wanted)).item<double>() < 1e-12);
}

TEST_CASE("what does not depend on the inputs has the tangent 0, and the value of the input is its own",
          "[jvp]") {
    const Tensor x = Tensor::from({1.0, 2.0}), v = Tensor::from({3.0, 4.0});
    CHECK(to_string(jvp([](const Tensor&) { return ones({2}, float64); }, {x}, {v}).tangent) == "[0. 0.]");
    CHECK(to_string(jvp([](const Tensor& t) { return t; }, {x}, {v}).tangent) == "[3. 4.]");
}

TEST_CASE("an outer tape differentiates a jvp", "[jvp]") {
    const Tensor x = Tensor::from({2.0}), v = Tensor::from({1.0});
    GradientTape tape;
    tape.watch(x);
    const Tensor slope = jvp([](const Tensor& t) { return pow(t, 3); }, {x}, {v}).tangent;  // 3 x^2
    CHECK(tape.gradient(slope, x).item<double>() == 12.0);
}

TEST_CASE("jvp says what does not fit", "[jvp]") {
    const auto f = [](const Tensor& t) { return t; };
    const Tensor x = ones({2});
    CHECK_THROWS_WITH(jvp(f, {x}, {}), "jvp: 0 tangents for 1 inputs; give one for each");
    CHECK_THROWS_WITH(jvp(f, {x}, {ones({3})}),
                      "jvp: input 0 has shape (2,), its tangent (3,); give the input's");
    CHECK_THROWS_WITH(jvp(f, {x}, {ones({2}, float64)}),
                      "jvp: input 0 is float32, its tangent float64; both must be of one floating dtype");
    CHECK_THROWS_AS(jvp(f, {ones({2}, int64)}, {ones({2}, int64)}), DTypeError);
    CHECK_THROWS_AS(jvp(f, {Tensor()}, {x}), ValueError);
}
