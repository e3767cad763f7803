#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/global_max_pooling2d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::GlobalMaxPooling2D;

TEST_CASE("GlobalMaxPooling2D passes the conformance routine of every layer",
          "[layers][global_max_pooling2d]") {
    SECTION("by default") {
        check_layer<GlobalMaxPooling2D>(
            [] { return GlobalMaxPooling2D(); },
            {.default_name = "global_max_pooling2d", .input = {2, 3, 4, 5}, .output = {2, 5}});
    }
    SECTION("keeping the axes") {
        check_layer<GlobalMaxPooling2D>(
            [] { return GlobalMaxPooling2D({.keepdims = true}); },
            {.default_name = "global_max_pooling2d", .input = {2, 3, 4, 5}, .output = {2, 1, 1, 5}});
    }
}

TEST_CASE("GlobalMaxPooling2D is the largest of each channel; ties share its gradient",
          "[layers][global_max_pooling2d]") {
    const Tensor x = Tensor::from({1.f, -10.f, 7.f, -20.f, 7.f, -30.f, 6.f, -60.f}, {1, 2, 2, 2});
    CHECK(to_string(GlobalMaxPooling2D()(x)) == "[[  7. -10.]]");
    GradientTape tape;
    tape.watch(x);
    CHECK(numbers::of(tape.gradient(GlobalMaxPooling2D()(x), x)) ==
          std::vector<double>{0, 1, 0.5, 0, 0.5, 0, 0, 0});
}

TEST_CASE("GlobalMaxPooling2D says which inputs do not fit", "[layers][global_max_pooling2d][errors]") {
    const GlobalMaxPooling2D layer({.name = "g"});
    const auto check = [&](const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    check({3, 4}, "g: input has shape (3, 4); (batch, height, width, channels) is needed");
    check({2, 0, 4, 3}, "g: input of shape (2, 0, 4, 3) has no pixels; height and width must be at least 1");
    CHECK_THROWS_MATCHES(layer(zeros({1, 2, 2, 1}, int32)), DTypeError,
                         Message("g: input is int32; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
}
