#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/conv2d_transpose.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Conv2DTranspose;

TEST_CASE("Conv2DTranspose passes the conformance routine of every layer", "[layers][conv2d_transpose]") {
    SECTION("by default") {
        check_layer<Conv2DTranspose>(
            [] {
                return Conv2DTranspose(4, {.kernel_size = {3, 2}});
            },
            {.default_name = "conv2d_transpose",
             .input = {2, 3, 4, 3},
             .output = {2, 5, 5, 4},
             .weights = {{"kernel", {3, 2, 4, 3}}, {"bias", {4}}}});
    }
    SECTION("with strides and output_padding, without bias") {
        check_layer<Conv2DTranspose>(
            [] {
                return Conv2DTranspose(2, {.kernel_size = 3,
                                           .strides = 2,
                                           .padding = "same",
                                           .output_padding = Size2(0, 1),
                                           .activation = "tanh",
                                           .use_bias = false});
            },
            {.default_name = "conv2d_transpose",
             .input = {1, 3, 2, 2},
             .output = {1, 5, 4, 2},
             .weights = {{"kernel", {3, 3, 2, 2}}}});
    }
    SECTION("dilated") {
        check_layer<Conv2DTranspose>(
            [] { return Conv2DTranspose(2, {.kernel_size = 2, .dilation_rate = 2}); },
            {.default_name = "conv2d_transpose",
             .input = {1, 2, 3, 2},
             .output = {1, 4, 5, 2},
             .weights = {{"kernel", {2, 2, 2, 2}}, {"bias", {2}}}});
    }
}

TEST_CASE("Conv2DTranspose gives Keras's output shapes", "[layers][conv2d_transpose]") {
    struct Case {
        layers::Conv2DTransposeOptions options;
        Shape input, output;
    };
    const std::vector<Case> cases = {
        {{.kernel_size = 3, .strides = 2, .padding = "same"}, {1, 4, 4, 1}, {1, 8, 8, 2}},
        {{.kernel_size = 3, .strides = 2}, {1, 4, 4, 1}, {1, 9, 9, 2}},
        {{.kernel_size = 2, .strides = 3}, {1, 4, 4, 1}, {1, 12, 12, 2}},
        {{.kernel_size = 3, .strides = 2, .output_padding = 1}, {1, 4, 4, 1}, {1, 10, 10, 2}},
        {{.kernel_size = 3, .strides = 2, .padding = "same", .output_padding = 0},
         {1, 4, 4, 1},
         {1, 7, 7, 2}},
        {{.kernel_size = 3, .dilation_rate = 2}, {1, 4, 5, 1}, {1, 8, 9, 2}},
        {{.kernel_size = 3, .padding = "same", .dilation_rate = 2}, {1, 4, 5, 1}, {1, 4, 5, 2}},
        {{.kernel_size = 5, .strides = 2, .padding = "same"},
         {Shape::unknown, Shape::unknown, 3, 1},
         {Shape::unknown, Shape::unknown, 6, 2}},
    };
    for (const Case& c : cases) {
        const Conv2DTranspose layer(2, c.options);
        INFO(c.output);
        CHECK(layer.compute_output_shape(c.input) == c.output);
        if (c.input.is_static()) CHECK(layer(zeros(c.input)).shape() == c.output);
    }
}

TEST_CASE("Conv2DTranspose is the adjoint of Conv2D", "[layers][conv2d_transpose]") {
    for (const Padding padding : {Padding("valid"), Padding("same")})
        for (const int64_t strides : {1, 2, 3}) {
            const layers::Conv2D forward(3, {.kernel_size = {3, 2},
                                             .strides = strides,
                                             .padding = padding,
                                             .use_bias = false,
                                             .dtype = float64});
            const Conv2DTranspose back(2, {.kernel_size = {3, 2},
                                           .strides = strides,
                                           .padding = padding,
                                           .use_bias = false,
                                           .dtype = float64});
            const Tensor y = numbers::distinct({2, 3, 4, 3}, 1);
            const Tensor x = numbers::distinct(back(y).shape(), 2);
            forward(x);
            back.kernel.assign(numbers::distinct({3, 2, 2, 3}, 3));
            forward.kernel.assign(back.kernel);
            CHECK(reduce_sum(forward(x) * y).item<double>() ==
                  Approx(reduce_sum(x * back(y)).item<double>()));
        }
}

TEST_CASE("Conv2DTranspose says which arguments do not go together", "[layers][conv2d_transpose][errors]") {
    const auto check = [](int64_t filters, layers::Conv2DTransposeOptions options, const char* text) {
        options.name = "t";
        CHECK_THROWS_MATCHES(Conv2DTranspose(filters, options), ValueError, Message(text));
    };
    check(0, {.kernel_size = 3}, "t: filters is 0; it must be at least 1");
    check(2, {.kernel_size = 0}, "t: kernel_size is (0, 0); both sides must be at least 1");
    check(2, {.kernel_size = 3, .output_padding = 1},
          "t: output_padding (1, 1) must not be negative and be below the strides (1, 1)");
    check(2, {.kernel_size = 3, .strides = 2, .output_padding = Size2(1, -1)},
          "t: output_padding (1, -1) must not be negative and be below the strides (2, 2)");
    check(2, {.kernel_size = 3, .strides = 2, .dilation_rate = 2},
          "t: strides (2, 2) and dilation_rate (2, 2) are both above 1; use one of them");
}

TEST_CASE("Conv2DTranspose says which inputs do not fit", "[layers][conv2d_transpose][errors]") {
    const Conv2DTranspose layer(2, {.kernel_size = 3, .name = "t"});
    const auto check = [](const Conv2DTranspose& it, const Shape& input, const char* text) {
        CHECK_THROWS_MATCHES(it(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(it.compute_output_shape(input), ShapeError, Message(text));
    };
    check(layer, {4, 4, 1}, "t: input has shape (4, 4, 1); (batch, height, width, channels) is needed");
    check(layer, {1, 0, 4, 1},
          "t: input of shape (1, 0, 4, 1) would have an output without pixels, or one beyond memory; use a "
          "larger input or another output_padding");
    layer(zeros({1, 4, 4, 3}));
    check(layer, {1, 4, 4, 2},
          "t: input of shape (1, 4, 4, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 2, "
          "3)); give an input of shape (batch, height, width, 3)");
    check(Conv2DTranspose(
              2, {.kernel_size = 2, .strides = 2, .padding = "same", .output_padding = 0, .name = "t"}),
          {1, 1, 4, 1},
          "t: input of shape (1, 1, 4, 1) would have an output without pixels, or one beyond memory; use a "
          "larger input or another output_padding");
}
