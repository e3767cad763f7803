#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/depthwise_conv2d.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::DepthwiseConv2D;

TEST_CASE("DepthwiseConv2D passes the conformance routine of every layer", "[layers][depthwise_conv2d]") {
    SECTION("by default") {
        check_layer<DepthwiseConv2D>(
            [] {
                return DepthwiseConv2D({.kernel_size = {3, 2}});
            },
            {.default_name = "depthwise_conv2d",
             .input = {2, 5, 4, 3},
             .output = {2, 3, 3, 3},
             .weights = {{"kernel", {3, 2, 3, 1}}, {"bias", {3}}}});
    }
    SECTION("with a multiplier, strides and dilation") {
        check_layer<DepthwiseConv2D>(
            [] {
                return DepthwiseConv2D({.kernel_size = 2,
                                        .strides = 2,
                                        .padding = "same",
                                        .depth_multiplier = 2,
                                        .dilation_rate = 2,
                                        .activation = "tanh"});
            },
            {.default_name = "depthwise_conv2d",
             .input = {1, 5, 4, 2},
             .output = {1, 3, 2, 4},
             .weights = {{"kernel", {2, 2, 2, 2}}, {"bias", {4}}}});
    }
}

TEST_CASE("DepthwiseConv2D is depthwise_conv2d plus bias, strides of every kind included",
          "[layers][depthwise_conv2d]") {
    const Tensor x = numbers::distinct({2, 7, 6, 3}, 1);
    for (const Padding padding : {Padding("valid"), Padding("same")})
        for (const Size2 strides : {Size2(1), Size2(2), Size2(1, 2), Size2(3, 2)}) {
            INFO(strides);
            const DepthwiseConv2D layer({.kernel_size = {3, 2},
                                         .strides = strides,
                                         .padding = padding,
                                         .depth_multiplier = 2,
                                         .dtype = float64});
            layer(x);
            conformance::fill(layer);
            const Tensor y =
                nn::depthwise_conv2d(x, layer.kernel, {.strides = strides, .padding = padding}) + layer.bias;
            CHECK(numbers::difference(layer(x), y) < 1e-14);
        }
}

TEST_CASE("DepthwiseConv2D has one kernel under two names", "[layers][depthwise_conv2d]") {
    DepthwiseConv2D layer({.kernel_size = 3, .name = "d"});
    const DepthwiseConv2D early = layer;
    layer.build({1, 4, 4, 2});
    CHECK(layer.depthwise_kernel.same_as(layer.kernel));
    CHECK(early.depthwise_kernel.same_as(layer.kernel));
    CHECK(layer.depthwise_kernel.path() == "d/kernel");
    CHECK(layer.variables().size() == 2);
    layer.depthwise_kernel.assign(ones({3, 3, 2, 1}));
    CHECK(numbers::of(layer.kernel) == numbers::of(ones({3, 3, 2, 1})));
}

TEST_CASE("DepthwiseConv2D says which arguments it does not take", "[layers][depthwise_conv2d][errors]") {
    const auto check = [](layers::DepthwiseConv2DOptions options, const char* text) {
        options.name = "d";
        CHECK_THROWS_MATCHES(DepthwiseConv2D(options), ValueError, Message(text));
    };
    check({.kernel_size = {3, 0}}, "d: kernel_size is (3, 0); both sides must be at least 1");
    check({.kernel_size = 3, .strides = 0}, "d: strides is (0, 0); both sides must be at least 1");
    check({.kernel_size = 3, .depth_multiplier = 0}, "d: depth_multiplier is 0; it must be at least 1");
    check({.kernel_size = 3, .dilation_rate = -1},
          "d: dilation_rate is (-1, -1); both sides must be at least 1");
    check({.kernel_size = 3, .padding = {{1, 1}, {0, 0}}},
          "d: padding is ((1, 1), (0, 0)); a layer takes \"valid\" or \"same\": use \"valid\" after "
          "layers::ZeroPadding2D, or nn::conv2d");
}

TEST_CASE("DepthwiseConv2D says which inputs do not fit", "[layers][depthwise_conv2d][errors]") {
    const DepthwiseConv2D layer({.kernel_size = 3, .name = "d"});
    const auto check = [&](const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    check({8, 8, 3}, "d: input has shape (8, 8, 3); (batch, height, width, channels) is needed");
    check({1, 8, 8, 0}, "d: input of shape (1, 8, 8, 0) has no channels; there must be at least 1");
    check({1, 2, 8, 3},
          "d: kernel (3, 3) with dilations (1, 1) does not fit input (1, 2, 8, 3) with padding \"valid\"; "
          "use padding \"same\" or a smaller kernel");
    CHECK_FALSE(layer.built());
    layer(zeros({1, 8, 8, 3}));
    check({1, 8, 8, 2},
          "d: input of shape (1, 8, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 3, "
          "1)); give an input of shape (batch, height, width, 3)");
    CHECK_THROWS_MATCHES(layer(zeros({1, 8, 8, 3}, uint8)), DTypeError,
                         Message("d: input is uint8; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
}
