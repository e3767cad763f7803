#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/conv1d.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Conv1D;

TEST_CASE("Conv1D passes the conformance routine of every layer", "[layers][conv1d]") {
    SECTION("by default") {
        check_layer<Conv1D>([] { return Conv1D(4, {.kernel_size = 3}); },
                            {.default_name = "conv1d",
                             .input = {2, 5, 3},
                             .output = {2, 3, 4},
                             .weights = {{"kernel", {3, 3, 4}}, {"bias", {4}}}});
    }
    SECTION("causal, with strides") {
        check_layer<Conv1D>(
            [] {
                return Conv1D(3, {.kernel_size = 3, .strides = 2, .padding = "causal", .activation = "tanh"});
            },
            {.default_name = "conv1d",
             .input = {2, 6, 2},
             .output = {2, 3, 3},
             .weights = {{"kernel", {3, 2, 3}}, {"bias", {3}}}});
    }
    SECTION("in groups, dilated, without bias") {
        check_layer<Conv1D>(
            [] {
                return Conv1D(4, {.kernel_size = 2,
                                  .padding = "same",
                                  .dilation_rate = 2,
                                  .groups = 2,
                                  .activation = "elu",
                                  .use_bias = false});
            },
            {.default_name = "conv1d",
             .input = {1, 5, 4},
             .output = {1, 5, 4},
             .weights = {{"kernel", {2, 2, 4}}}});
    }
}

TEST_CASE("Conv1D's activation sees sequences", "[layers][conv1d]") {
    const Conv1D layer(2, {.kernel_size = 2, .activation = [](const Tensor& x) {
                               CHECK(x.shape() == Shape{1, 3, 2});
                               return x;
                           }});
    CHECK(layer(ones({1, 4, 3})).shape() == Shape{1, 3, 2});
}

TEST_CASE("No output of a causal Conv1D sees a later step", "[layers][conv1d]") {
    const Conv1D layer(2, {.kernel_size = 3, .padding = "causal", .dilation_rate = 2});
    const Tensor x = numbers::distinct({1, 6, 2}, 1, 1.0, float32);
    const Tensor y = layer(x);
    const Tensor early = layer(slice(x, {{}, {0, 4}}));
    CHECK(numbers::difference(slice(y, {{}, {0, 4}}), early) < 1e-7);
}

TEST_CASE("Conv1D gives Keras's output shapes", "[layers][conv1d]") {
    const Shape any{Shape::unknown, Shape::unknown, 3};
    CHECK(Conv1D(4, {.kernel_size = 5, .padding = "causal"}).compute_output_shape({1, 32, 3}) ==
          Shape{1, 32, 4});
    CHECK(Conv1D(4, {.kernel_size = 3, .strides = 2}).compute_output_shape({2, 9, 3}) == Shape{2, 4, 4});
    CHECK(Conv1D(4, {.kernel_size = 3, .padding = "same"}).compute_output_shape(any) == any.with(-1, 4));
}

TEST_CASE("Conv1D says which arguments do not go together", "[layers][conv1d][errors]") {
    const auto check = [](int64_t filters, layers::Conv1DOptions options, const char* text) {
        options.name = "c";
        CHECK_THROWS_MATCHES(Conv1D(filters, options), ValueError, Message(text));
    };
    check(0, {.kernel_size = 3}, "c: filters is 0; it must be at least 1");
    check(4, {.kernel_size = 0}, "c: kernel_size is 0; it must be at least 1");
    check(4, {.kernel_size = 3, .strides = -1}, "c: strides is -1; it must be at least 1");
    check(4, {.kernel_size = 3, .groups = 3},
          "c: 3 groups do not divide 4 filters; use a number of filters that is a multiple");
    check(4, {.kernel_size = 3, .strides = 2, .dilation_rate = 3},
          "c: strides 2 and dilation_rate 3 are both above 1; use one of them");
    CHECK_THROWS_MATCHES(padding1d("full"), ValueError,
                         Message("padding: \"full\" is not accepted; use \"valid\", \"same\" or \"causal\""));
}

TEST_CASE("Conv1D says which inputs do not fit", "[layers][conv1d][errors]") {
    const auto check = [](const Conv1D& layer, const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    const Conv1D layer(4, {.kernel_size = 3, .name = "c"});
    check(layer, {8, 3}, "c: input has shape (8, 3); (batch, steps, channels) is needed");
    check(layer, {1, 0, 3}, "c: input of shape (1, 0, 3) has no steps; there must be at least 1");
    check(layer, {1, 2, 3},
          "c: kernel of 3 steps with dilation_rate 1 does not fit input (1, 2, 3); use padding \"same\" or a "
          "smaller kernel");
    check(
        Conv1D(4, {.kernel_size = 3, .groups = 2, .name = "c"}), {1, 8, 3},
        "c: input of shape (1, 8, 3) has 3 channels, which 2 groups do not divide; use a number of channels "
        "that is a multiple of groups");
    layer(zeros({1, 8, 3}));
    check(layer, {1, 8, 2},
          "c: input of shape (1, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 4)); give "
          "an input of shape (batch, steps, 3)");
}
