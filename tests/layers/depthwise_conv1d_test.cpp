#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/depthwise_conv1d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::DepthwiseConv1D;

TEST_CASE("DepthwiseConv1D passes the conformance routine of every layer", "[layers][depthwise_conv1d]") {
    SECTION("by default") {
        check_layer<DepthwiseConv1D>([] { return DepthwiseConv1D({.kernel_size = 3}); },
                                     {.default_name = "depthwise_conv1d",
                                      .input = {2, 5, 3},
                                      .output = {2, 3, 3},
                                      .weights = {{"kernel", {3, 3, 1}}, {"bias", {3}}}});
    }
    SECTION("with a multiplier and strides") {
        check_layer<DepthwiseConv1D>(
            [] {
                return DepthwiseConv1D({.kernel_size = 2,
                                        .strides = 2,
                                        .padding = "same",
                                        .depth_multiplier = 2,
                                        .activation = "tanh"});
            },
            {.default_name = "depthwise_conv1d",
             .input = {2, 5, 2},
             .output = {2, 3, 4},
             .weights = {{"kernel", {2, 2, 2}}, {"bias", {4}}}});
    }
}

TEST_CASE("DepthwiseConv1D says what does not fit", "[layers][depthwise_conv1d][errors]") {
    CHECK_THROWS_MATCHES(DepthwiseConv1D({.kernel_size = 3, .depth_multiplier = 0, .name = "d"}), ValueError,
                         Message("d: depth_multiplier is 0; it must be at least 1"));
    const DepthwiseConv1D layer({.kernel_size = 3, .name = "d"});
    layer(zeros({1, 8, 3}));
    CHECK(layer.depthwise_kernel.same_as(layer.kernel));
    const auto check = [&](const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    check({1, 8, 8, 3}, "d: input has shape (1, 8, 8, 3); (batch, steps, channels) is needed");
    check({1, 2, 3},
          "d: kernel of 3 steps with dilation_rate 1 does not fit input (1, 2, 3); use padding \"same\" or a "
          "smaller kernel");
    check({1, 8, 2},
          "d: input of shape (1, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 1)); give "
          "an input of shape (batch, steps, 3)");
}
