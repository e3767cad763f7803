#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/separable_conv2d.hpp>
#include <keratin/ops/nn/conv.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::SeparableConv2D;

TEST_CASE("SeparableConv2D passes the conformance routine of every layer", "[layers][separable_conv2d]") {
    SECTION("by default") {
        check_layer<SeparableConv2D>(
            [] {
                return SeparableConv2D(4, {.kernel_size = {3, 2}});
            },
            {.default_name = "separable_conv2d",
             .input = {2, 5, 4, 3},
             .output = {2, 3, 3, 4},
             .weights = {
                 {"depthwise_kernel", {3, 2, 3, 1}}, {"pointwise_kernel", {1, 1, 3, 4}}, {"bias", {4}}}});
    }
    SECTION("with a multiplier and without bias") {
        check_layer<SeparableConv2D>(
            [] {
                return SeparableConv2D(3, {.kernel_size = 2,
                                           .strides = 2,
                                           .padding = "same",
                                           .depth_multiplier = 2,
                                           .activation = "tanh",
                                           .use_bias = false});
            },
            {.default_name = "separable_conv2d",
             .input = {1, 5, 4, 2},
             .output = {1, 3, 2, 3},
             .weights = {{"depthwise_kernel", {2, 2, 2, 2}}, {"pointwise_kernel", {1, 1, 4, 3}}}});
    }
}

TEST_CASE("SeparableConv2D is two convolutions and a bias", "[layers][separable_conv2d]") {
    const Tensor x = numbers::distinct({2, 7, 6, 3}, 1);
    const SeparableConv2D layer(5, {.kernel_size = 3, .depth_multiplier = 2, .dtype = float64});
    layer(x);
    conformance::fill(layer);
    const Tensor y =
        nn::conv2d(nn::depthwise_conv2d(x, layer.depthwise_kernel), layer.pointwise_kernel) + layer.bias;
    CHECK(numbers::difference(layer(x), y) < 1e-14);
}

TEST_CASE("SeparableConv2D says what does not fit", "[layers][separable_conv2d][errors]") {
    CHECK_THROWS_MATCHES(SeparableConv2D(0, {.kernel_size = 3, .name = "s"}), ValueError,
                         Message("s: filters is 0; it must be at least 1"));
    CHECK_THROWS_MATCHES(SeparableConv2D(1, {.kernel_size = 3, .depth_multiplier = -1, .name = "s"}),
                         ValueError, Message("s: depth_multiplier is -1; it must be at least 1"));
    const SeparableConv2D layer(2, {.kernel_size = 3, .name = "s"});
    const auto check = [&](const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    check({8, 8, 3}, "s: input has shape (8, 8, 3); (batch, height, width, channels) is needed");
    check({1, 2, 8, 3},
          "s: kernel (3, 3) with dilations (1, 1) does not fit input (1, 2, 8, 3) with padding \"valid\"; "
          "use padding \"same\" or a smaller kernel");
    layer(zeros({1, 8, 8, 3}));
    check({1, 8, 8, 2},
          "s: input of shape (1, 8, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 3, "
          "1)); give an input of shape (batch, height, width, 3)");
}
