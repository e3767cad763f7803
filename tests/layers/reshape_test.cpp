#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/reshape.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Reshape;

TEST_CASE("Reshape passes the conformance routine of every layer", "[layers][reshape]") {
    SECTION("with all extents") {
        check_layer<Reshape>(
            [] {
                return Reshape({6, 4});
            },
            {.default_name = "reshape", .input = {2, 4, 3, 2}, .output = {2, 6, 4}});
    }
    SECTION("with one extent open") {
        check_layer<Reshape>(
            [] {
                return Reshape({-1, 2});
            },
            {.default_name = "reshape", .input = {2, 4, 3, 2}, .output = {2, 12, 2}});
    }
}

TEST_CASE("Reshape gives Keras's output shapes", "[layers][reshape]") {
    const auto [target, in, out] = GENERATE(table<Shape, Shape, Shape>({
        {{28, 28, 1}, {64, 784}, {64, 28, 28, 1}},
        {{-1}, {2, 3, 4}, {2, 12}},
        {{2, -1, 3}, {5, 24}, {5, 2, 4, 3}},
        {{}, {5, 1}, {5}},
        {{1}, {5}, {5, 1}},
        {{0, 3}, {2, 3, 0}, {2, 0, 3}},
        {{-1, 3}, {2, 3, 0}, {2, 0, 3}},
        {{-1, 3}, {0, 6}, {0, 2, 3}},
    }));
    CHECK(Reshape(target).compute_output_shape(in) == out);
    CHECK(Reshape(target)(zeros(in)).shape() == out);
}

TEST_CASE("Reshape cannot know an open extent while the input's are unknown", "[layers][reshape]") {
    CHECK(Reshape({-1, 2}).compute_output_shape({3, Shape::unknown}) == Shape{3, -1, 2});
    CHECK(Reshape({4, 2}).compute_output_shape({Shape::unknown, Shape::unknown}) ==
          Shape{Shape::unknown, 4, 2});
}

TEST_CASE("Reshape keeps the elements in row-major order, of any dtype", "[layers][reshape]") {
    const Tensor y = Reshape({2, 2})(Tensor::from({1, 2, 3, 4}, {1, 4}));
    CHECK(y.dtype() == int32);
    CHECK(to_string(y) == "[[[1 2]\n  [3 4]]]");
}

TEST_CASE("Reshape says how many elements do not fit", "[layers][reshape][errors]") {
    CHECK_THROWS_MATCHES(Reshape({-1, -1}, {.name = "r"}), ValueError,
                         Message("r: target_shape (None, None) leaves more than one extent open"));
    const auto check = [](const Shape& target, const Shape& input, const char* text) {
        const Reshape layer(target, {.name = "r"});
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    check({5}, {2, 6}, "r: input of shape (2, 6) has 6 elements per sample, target_shape (5,) holds 5");
    check({-1, 4}, {2, 6},
          "r: input of shape (2, 6) has 6 elements per sample, target_shape (None, 4) holds a multiple of "
          "4");
    check({-1, 0}, {2, 6},
          "r: input of shape (2, 6) has 6 elements per sample, target_shape (None, 0) holds a multiple of "
          "0");
    check({}, {}, "r: input is a scalar; (batch, ..) is needed");
}
