#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/conv1d_transpose.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Conv1DTranspose;

TEST_CASE("Conv1DTranspose passes the conformance routine of every layer", "[layers][conv1d_transpose]") {
    SECTION("by default") {
        check_layer<Conv1DTranspose>([] { return Conv1DTranspose(4, {.kernel_size = 3}); },
                                     {.default_name = "conv1d_transpose",
                                      .input = {2, 4, 3},
                                      .output = {2, 6, 4},
                                      .weights = {{"kernel", {3, 4, 3}}, {"bias", {4}}}});
    }
    SECTION("with strides and output_padding, without bias") {
        check_layer<Conv1DTranspose>(
            [] {
                return Conv1DTranspose(2, {.kernel_size = 3,
                                           .strides = 2,
                                           .padding = "same",
                                           .output_padding = 0,
                                           .activation = "tanh",
                                           .use_bias = false});
            },
            {.default_name = "conv1d_transpose",
             .input = {2, 3, 2},
             .output = {2, 5, 2},
             .weights = {{"kernel", {3, 2, 2}}}});
    }
}

TEST_CASE("Conv1DTranspose says what does not fit", "[layers][conv1d_transpose][errors]") {
    CHECK_THROWS_MATCHES(
        Conv1DTranspose(2, {.kernel_size = 3, .strides = 2, .output_padding = 2, .name = "t"}), ValueError,
        Message("t: output_padding 2 must not be negative and be below the strides 2"));
    CHECK_THROWS_MATCHES(
        Conv1DTranspose(2, {.kernel_size = 3, .strides = 2, .dilation_rate = 2, .name = "t"}), ValueError,
        Message("t: strides 2 and dilation_rate 2 are both above 1; use one of them"));
    const Conv1DTranspose layer(2, {.kernel_size = 3, .name = "t"});
    const auto check = [&](const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    check({8, 3}, "t: input has shape (8, 3); (batch, steps, channels) is needed");
    check(
        {1, 0, 3},
        "t: input of shape (1, 0, 3) would have an output without steps, or one beyond memory; use a larger "
        "input or another output_padding");
    layer(zeros({1, 8, 3}));
    check({1, 8, 2},
          "t: input of shape (1, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 2, 3)); give "
          "an input of shape (batch, steps, 3)");
}
