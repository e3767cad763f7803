#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/separable_conv1d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::SeparableConv1D;

TEST_CASE("SeparableConv1D passes the conformance routine of every layer", "[layers][separable_conv1d]") {
    SECTION("by default") {
        check_layer<SeparableConv1D>(
            [] { return SeparableConv1D(4, {.kernel_size = 3}); },
            {.default_name = "separable_conv1d",
             .input = {2, 5, 3},
             .output = {2, 3, 4},
             .weights = {{"depthwise_kernel", {3, 3, 1}}, {"pointwise_kernel", {1, 3, 4}}, {"bias", {4}}}});
    }
    SECTION("with a multiplier, without bias") {
        check_layer<SeparableConv1D>(
            [] {
                return SeparableConv1D(3, {.kernel_size = 2,
                                           .strides = 2,
                                           .padding = "same",
                                           .depth_multiplier = 2,
                                           .activation = "tanh",
                                           .use_bias = false});
            },
            {.default_name = "separable_conv1d",
             .input = {2, 5, 2},
             .output = {2, 3, 3},
             .weights = {{"depthwise_kernel", {2, 2, 2}}, {"pointwise_kernel", {1, 4, 3}}}});
    }
}

TEST_CASE("SeparableConv1D says what does not fit", "[layers][separable_conv1d][errors]") {
    CHECK_THROWS_MATCHES(SeparableConv1D(-1, {.kernel_size = 3, .name = "s"}), ValueError,
                         Message("s: filters is -1; it must be at least 1"));
    const SeparableConv1D layer(2, {.kernel_size = 3, .name = "s"});
    const auto check = [&](const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    check({8, 3}, "s: input has shape (8, 3); (batch, steps, channels) is needed");
    check({1, 2, 3},
          "s: kernel of 3 steps with dilation_rate 1 does not fit input (1, 2, 3); use padding \"same\" or a "
          "smaller kernel");
}
