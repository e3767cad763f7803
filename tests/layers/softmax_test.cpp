#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/softmax.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::Softmax;

TEST_CASE("Softmax makes shares along its axis", "[layers][softmax]") {
    const int axis = GENERATE(0, 1, 2, -1);
    const Tensor x = numbers::distinct({2, 3, 4}, 1, 5.0);
    const Tensor y = Softmax(axis, {.dtype = float64})(x);
    const Tensor expected = exp(x) / reduce_sum(exp(x), axis, true);
    CHECK(numbers::difference(y, expected) < 1e-14);
}

TEST_CASE("Softmax over several axes makes shares of all of them together", "[layers][softmax]") {
    const Tensor x = numbers::distinct({2, 3, 4}, 1, 5.0);
    const Tensor y = Softmax({2, 1}, {.dtype = float64})(x);
    CHECK(numbers::difference(y, exp(x) / reduce_sum(exp(x), {1, 2}, true)) < 1e-14);
    CHECK(to_string(Softmax({0, 1})(full({2, 2}, 1e30f))) == "[[0.25 0.25]\n [0.25 0.25]]");
}

TEST_CASE("Softmax stays finite for any finite input", "[layers][softmax]") {
    CHECK(to_string(Softmax()(Tensor::from({1e30f, -1e30f, 1e30f}))) == "[0.5 0.  0.5]");
    CHECK(to_string(Softmax()(Tensor::from({-3e38f}))) == "[1.]");
}
