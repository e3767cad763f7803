#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/softmax.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Softmax;

TEST_CASE("Softmax passes the conformance routine of every layer", "[layers][softmax]") {
    const int axis = GENERATE(-1, 1, -2);
    check_layer<Softmax>([&] { return Softmax(axis); },
                         {.default_name = "softmax", .input = {2, 3, 4}, .output = {2, 3, 4}});
}

TEST_CASE("Softmax makes shares along its axis", "[layers][softmax]") {
    const int axis = GENERATE(0, 1, 2, -1);
    const Tensor x = numbers::distinct({2, 3, 4}, 1, 5.0);
    const Tensor y = Softmax(axis, {.dtype = float64})(x);
    const Tensor expected = exp(x) / reduce_sum(exp(x), axis, true);
    CHECK(numbers::difference(y, expected) < 1e-14);
}

TEST_CASE("Softmax over several axes makes shares of all of them together", "[layers][softmax]") {
    check_layer<Softmax>(
        [] {
            return Softmax({1, -1});
        },
        {.default_name = "softmax", .input = {2, 3, 2, 4}, .output = {2, 3, 2, 4}});
    const Tensor x = numbers::distinct({2, 3, 4}, 1, 5.0);
    const Tensor y = Softmax({2, 1}, {.dtype = float64})(x);
    CHECK(numbers::difference(y, exp(x) / reduce_sum(exp(x), {1, 2}, true)) < 1e-14);
    CHECK(to_string(Softmax({0, 1})(full({2, 2}, 1e30f))) == "[[0.25 0.25]\n [0.25 0.25]]");
}

TEST_CASE("Softmax stays finite for any finite input", "[layers][softmax]") {
    CHECK(to_string(Softmax()(Tensor::from({1e30f, -1e30f, 1e30f}))) == "[0.5 0.  0.5]");
    CHECK(to_string(Softmax()(Tensor::from({-3e38f}))) == "[1.]");
}

TEST_CASE("Softmax says what it does not take", "[layers][softmax][errors]") {
    const Softmax layer(2, {.name = "s"});
    const char* text = "s: axis 2 is outside shape (2, 3); use an axis from -2 to 1";
    CHECK_THROWS_MATCHES(layer(zeros({2, 3})), ShapeError, Message(text));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({2, 3}), ShapeError, Message(text));
    CHECK_THROWS_MATCHES(Softmax(-1, {.name = "s"})(Tensor::scalar(1)), ShapeError,
                         Message("s: axis -1 is outside shape (), which has no axes"));
    CHECK_THROWS_MATCHES(Softmax({0, -2}, {.name = "s"})(zeros({2, 3})), ShapeError,
                         Message("s: axis names axis 0 of input (2, 3) twice; name each once"));
    CHECK_THROWS_AS(Softmax(std::vector<int>{}), ValueError);
    CHECK_THROWS_MATCHES(Softmax(-1, {.name = "s"})(zeros({2}, int64)), DTypeError,
                         Message("s: input is int64; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
}
