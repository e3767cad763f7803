#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/max_pooling2d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::MaxPooling2D;

TEST_CASE("MaxPooling2D passes the conformance routine of every layer", "[layers][max_pooling2d]") {
    SECTION("by default") {
        check_layer<MaxPooling2D>(
            [] { return MaxPooling2D(); },
            {.default_name = "max_pooling2d", .input = {2, 5, 4, 3}, .output = {2, 2, 2, 3}});
    }
    SECTION("overlapping, with padding") {
        check_layer<MaxPooling2D>(
            [] {
                return MaxPooling2D({3, 2}, {.strides = {{2, 1}}, .padding = "same"});
            },
            {.default_name = "max_pooling2d", .input = {2, 5, 4, 2}, .output = {2, 3, 4, 2}});
    }
}

TEST_CASE("MaxPooling2D gives Keras's output shapes", "[layers][max_pooling2d]") {
    const auto [pool, strides, padding, in, out] =
        GENERATE(table<Size2, std::optional<Size2>, Padding, Shape, Shape>({
            {2, {}, "valid", {1, 28, 28, 6}, {1, 14, 14, 6}},
            {2, {}, "valid", {1, 7, 6, 3}, {1, 3, 3, 3}},
            {3, 2, "same", {2, 7, 5, 1}, {2, 4, 3, 1}},
            {2, 1, "valid", {0, 4, 4, 3}, {0, 3, 3, 3}},
            {{4, 5}, {}, "valid", {2, 4, 5, 2}, {2, 1, 1, 2}},
            {5, {}, "same", {1, 3, 3, 2}, {1, 1, 1, 2}},
            {2, 3, "valid", {1, 8, 8, 2}, {1, 3, 3, 2}},
        }));
    const MaxPooling2D layer(pool, {.strides = strides, .padding = padding});
    CHECK(layer(zeros(in)).shape() == out);
    CHECK(layer.compute_output_shape(in) == out);
    CHECK(layer.compute_output_shape(in.with(1, Shape::unknown)) == out.with(1, Shape::unknown));
}

TEST_CASE("MaxPooling2D's gradient goes to the first maximum of each window", "[layers][max_pooling2d]") {
    const Tensor x = Tensor::from({1.f, 1.f, 2.f, 0.f, 1.f, 1.f, 2.f, 2.f}, {1, 2, 4, 1});
    GradientTape tape;
    tape.watch(x);
    const Tensor dx = tape.gradient(MaxPooling2D(2)(x), x);
    CHECK(numbers::of(dx) == std::vector<double>{1, 0, 1, 0, 0, 0, 0, 0});
}

TEST_CASE("MaxPooling2D's padding never wins", "[layers][max_pooling2d]") {
    const Tensor y = MaxPooling2D(3, {.strides = 1, .padding = "same"})(full({1, 3, 3, 2}, -5));
    CHECK(numbers::of(y) == numbers::of(full({1, 3, 3, 2}, -5)));
}

TEST_CASE("MaxPooling2D says which arguments do not go together", "[layers][max_pooling2d][errors]") {
    CHECK_THROWS_MATCHES(MaxPooling2D({0, 2}, {.name = "p"}), ValueError,
                         Message("p: pool_size is (0, 2); both sides must be at least 1"));
    CHECK_THROWS_MATCHES(MaxPooling2D(2, {.strides = -1, .name = "p"}), ValueError,
                         Message("p: strides is (-1, -1); both sides must be at least 1"));
    CHECK_THROWS_MATCHES(
        MaxPooling2D(2, {.padding = {{0, 0}, {0, 0}}, .name = "p"}), ValueError,
        Message("p: padding is ((0, 0), (0, 0)); a layer takes \"valid\" or \"same\": use \"valid\" after "
                "layers::ZeroPadding2D, or nn::conv2d"));
}

TEST_CASE("MaxPooling2D names the layer and both sizes when the window does not fit",
          "[layers][max_pooling2d][errors]") {
    const MaxPooling2D layer(5, {.name = "p"});
    const char* text =
        "p: window (5, 5) does not fit input (1, 4, 4, 1) with padding \"valid\"; use padding \"same\" or a "
        "smaller pool_size";
    CHECK_THROWS_MATCHES(layer(zeros({1, 4, 4, 1})), ShapeError, Message(text));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({1, 4, 4, 1}), ShapeError, Message(text));
    CHECK_THROWS_MATCHES(
        layer(zeros({4, 4})), ShapeError,
        Message("p: input has shape (4, 4); images of shape (batch, height, width, channels) are needed, use "
                "reshape() or expand_dims()"));
    CHECK_THROWS_MATCHES(layer(zeros({1, 8, 8, 1}, uint8)), DTypeError,
                         Message("p: max_pool2d: input of shape (1, 8, 8, 1) is uint8; float32 or float64 is "
                                 "needed, cast() it"));
}
