#include "support/catch.hpp"
#include "support/check_layer.hpp"
#include "support/conv_cases.hpp"

#include <keratin/initializers/constants.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/regularizers/penalties.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Conv2D;

TEST_CASE("Conv2D passes the conformance routine of every layer", "[layers][conv2d]") {
    SECTION("by default") {
        check_layer<Conv2D>(
            [] {
                return Conv2D(4, {.kernel_size = {3, 2}});
            },
            {.default_name = "conv2d",
             .input = {2, 5, 4, 3},
             .output = {2, 3, 3, 4},
             .weights = {{"kernel", {3, 2, 3, 4}}, {"bias", {4}}}});
    }
    SECTION("with strides, padding and a fused activation") {
        check_layer<Conv2D>(
            [] {
                return Conv2D(3, {.kernel_size = 3, .strides = 2, .padding = "same", .activation = "tanh"});
            },
            {.default_name = "conv2d",
             .input = {2, 5, 4, 2},
             .output = {2, 3, 2, 3},
             .weights = {{"kernel", {3, 3, 2, 3}}, {"bias", {3}}}});
    }
    SECTION("dilated, without bias, with an activation of its own") {
        check_layer<Conv2D>(
            [] {
                return Conv2D(
                    2, {.kernel_size = 2, .dilation_rate = {2, 1}, .activation = "elu", .use_bias = false});
            },
            {.default_name = "conv2d",
             .input = {1, 5, 4, 2},
             .output = {1, 3, 3, 2},
             .weights = {{"kernel", {2, 2, 2, 2}}}});
    }
    SECTION("in groups") {
        check_layer<Conv2D>([] { return Conv2D(6, {.kernel_size = 3, .groups = 2}); },
                            {.default_name = "conv2d",
                             .input = {2, 4, 4, 4},
                             .output = {2, 2, 2, 6},
                             .weights = {{"kernel", {3, 3, 2, 6}}, {"bias", {6}}}});
    }
}

TEST_CASE("Conv2D gives Keras's output shapes", "[layers][conv2d]") {
    struct Case {
        layers::Conv2DOptions options;
        Shape input, output;
    };
    const std::vector<Case> cases = {
        {{.kernel_size = 5, .strides = 1, .padding = "valid"}, {1, 32, 32, 3}, {1, 28, 28, 4}},
        {{.kernel_size = 5, .strides = 1, .padding = "same"}, {1, 32, 32, 3}, {1, 32, 32, 4}},
        {{.kernel_size = {5, 5}, .strides = 2, .padding = "same"}, {1, 32, 32, 3}, {1, 16, 16, 4}},
        {{.kernel_size = 3, .strides = 2}, {2, 224, 225, 3}, {2, 111, 112, 4}},
        {{.kernel_size = {1, 7}, .strides = {3, 2}, .padding = "same"}, {2, 7, 9, 1}, {2, 3, 5, 4}},
        {{.kernel_size = 3, .dilation_rate = 4}, {2, 9, 12, 2}, {2, 1, 4, 4}},
        {{.kernel_size = 9, .padding = "same"}, {1, 1, 1, 1}, {1, 1, 1, 4}},
        {{.kernel_size = 3}, {Shape::unknown, Shape::unknown, 8, 2}, {Shape::unknown, Shape::unknown, 6, 4}},
    };
    for (const Case& c : cases) {
        const Conv2D layer(4, c.options);
        INFO(c.input);
        CHECK(layer.compute_output_shape(c.input) == c.output);
        if (c.input.is_static()) CHECK(layer(zeros(c.input)).shape() == c.output);
    }
}

TEST_CASE("Conv2D is what seven nested loops say, plus bias", "[layers][conv2d]") {
    window_cases::Sampler random(11);
    int compared = 0;
    while (compared < 20) {
        const conv_cases::Case c = conv_cases::sample(random, {.side = 7, .kernel = 4});
        const bool strided = !(c.options.strides == Size2(1));
        if (c.options.padding.kind() == Padding::Kind::explicit_ || c.x[0] == 0 || c.y.size() == 0) continue;
        if (strided && !(c.options.dilations == Size2(1))) continue;
        INFO(c.name());
        const Conv2D layer(c.kernel[3], {.kernel_size = {c.kernel[0], c.kernel[1]},
                                         .strides = c.options.strides,
                                         .padding = c.options.padding,
                                         .dilation_rate = c.options.dilations,
                                         .groups = c.options.groups,
                                         .dtype = float64});
        const Tensor x = numbers::distinct(c.x, random.seed());
        layer(x);
        conformance::fill(layer);
        const std::vector<double> kernel = numbers::of(layer.kernel), bias = numbers::of(layer.bias);
        std::vector<double> expected =
            conv_cases::loops(c, numbers::of(x), kernel, std::vector<double>(static_cast<size_t>(c.y.size())))
                .y;
        for (size_t k = 0; k < expected.size(); ++k) expected[k] += bias[k % bias.size()];
        CHECK(numbers::difference(layer(x), expected) < 1e-12);
        ++compared;
    }
}

TEST_CASE("Conv2D's activation is the activation of what it gives without", "[layers][conv2d]") {
    const Tensor x = numbers::distinct({2, 6, 5, 3}, 1, 1.0, float32);
    for (const std::string_view name : ActivationFunction::names) {
        if (name == "custom") continue;
        INFO(name);
        Conv2D layer(5, {.kernel_size = 3, .activation = activation(name)});
        layer.build(x.shape());
        Conv2D linear = layer;  // shares the weights
        linear.options.activation = {};
        CHECK(numbers::difference(layer(x), activation(name)(linear(x))) < 1e-6);
    }
}

TEST_CASE("Conv2D takes a function of the program's as activation", "[layers][conv2d]") {
    const Conv2D layer(
        2, {.kernel_size = 1, .activation = [](const Tensor& x) { return square(x); }, .name = "squares"});
    const Tensor x = numbers::distinct({1, 2, 2, 3}, 1, 1.0, float32);
    Conv2D linear = layer;
    linear.options.activation = {};
    CHECK(numbers::difference(layer(x), square(linear(x))) < 1e-6);
    CHECK_THROWS_MATCHES(
        layer.get_config(), ValueError,
        Message("squares: its activation is a function of the program's, which a config cannot name; use a "
                "name such as \"relu\", or put the function into a layer of your own"));
}

TEST_CASE("Conv2D hands its initializers, regularizers and constraints to its variables",
          "[layers][conv2d]") {
    const Conv2D layer(2, {.kernel_size = 1,
                           .kernel_initializer = initializers::Constant(3),
                           .bias_initializer = "ones",
                           .kernel_regularizer = "l2",
                           .bias_regularizer = regularizers::L1(0.5),
                           .kernel_constraint = "max_norm",
                           .bias_constraint = "non_neg"});
    layer(zeros({1, 2, 2, 2}));
    CHECK(to_string(layer.kernel.value()) == "[[[[3. 3.]\n   [3. 3.]]]]");
    CHECK(to_string(layer.bias.value()) == "[1. 1.]");
    REQUIRE(layer.losses().size() == 2);
    CHECK(layer.losses()[0].item<double>() == Approx(0.01 * 4 * 9));
    CHECK(layer.losses()[1].item<double>() == Approx(0.5 * 2));
    CHECK(to_string(layer.bias.constraint()(Tensor::from({-1.f, 2.f}))) == "[0. 2.]");
    CHECK(numbers::of(layer.kernel.constraint()(layer.kernel)) == numbers::of(full({1, 1, 2, 2}, 2)));
    const Config config = layer.get_config();
    CHECK(config["kernel_constraint"]["class_name"] == Config("MaxNorm"));
    CHECK(config["bias_regularizer"]["config"]["l1"] == Config(0.5));
    CHECK(layer.clone()->get_config() == config);
}

TEST_CASE("Conv2D says which arguments do not go together", "[layers][conv2d][errors]") {
    const auto check = [](int64_t filters, layers::Conv2DOptions options, const char* text) {
        options.name = "c";
        CHECK_THROWS_MATCHES(Conv2D(filters, options), ValueError, Message(text));
    };
    check(0, {.kernel_size = 3}, "c: filters is 0; it must be at least 1");
    check(4, {.kernel_size = {3, 0}}, "c: kernel_size is (3, 0); both sides must be at least 1");
    check(4, {.kernel_size = 3, .strides = 0}, "c: strides is (0, 0); both sides must be at least 1");
    check(4, {.kernel_size = 3, .dilation_rate = {1, -1}},
          "c: dilation_rate is (1, -1); both sides must be at least 1");
    check(4, {.kernel_size = 3, .groups = 3},
          "c: 3 groups do not divide 4 filters; use a number of filters that is a multiple");
    check(4, {.kernel_size = 3, .groups = 0},
          "c: 0 groups do not divide 4 filters; use a number of filters that is a multiple");
    check(4, {.kernel_size = 3, .strides = 2, .dilation_rate = {1, 2}},
          "c: strides (2, 2) and dilation_rate (1, 2) are both above 1; use one of them");
    check(4, {.kernel_size = 3, .padding = {{1, 1}, {0, 0}}},
          "c: padding is ((1, 1), (0, 0)); a layer takes \"valid\" or \"same\": use \"valid\" after "
          "layers::ZeroPadding2D, or nn::conv2d");
}

TEST_CASE("Conv2D says which inputs do not fit", "[layers][conv2d][errors]") {
    const auto check = [](layers::Conv2DOptions options, const Shape& input, const char* text) {
        options.name = "c";
        const Conv2D layer(4, options);
        CHECK_THROWS_MATCHES(layer(zeros(input)), ShapeError, Message(text));
        CHECK_THROWS_MATCHES(layer.compute_output_shape(input), ShapeError, Message(text));
    };
    check({.kernel_size = 3}, {8, 8, 3},
          "c: input has shape (8, 8, 3); (batch, height, width, channels) is needed");
    check({.kernel_size = 3, .groups = 2}, {1, 8, 8, 3},
          "c: input of shape (1, 8, 8, 3) has 3 channels, which 2 groups do not divide; use a number of "
          "channels that is a multiple of groups");
    check({.kernel_size = 3}, {1, 8, 8, 0},
          "c: input of shape (1, 8, 8, 0) has 0 channels, which 1 groups do not divide; use a number of "
          "channels that is a multiple of groups");
    check({.kernel_size = 5}, {1, 4, 8, 3},
          "c: kernel (5, 5) with dilations (1, 1) does not fit input (1, 4, 8, 3) with padding \"valid\"; "
          "use padding \"same\" or a smaller kernel");
    check({.kernel_size = 5, .padding = "same"}, {1, 0, 8, 3},
          "c: input of shape (1, 0, 8, 3) has no pixels; height and width must be at least 1");

    Conv2D layer(4, {.kernel_size = 3, .name = "c"});
    CHECK_THROWS_MATCHES(
        layer.build({1, 8, 8, Shape::unknown}), ShapeError,
        Message("c: input has shape (1, 8, 8, None); the channels must be known to make the kernel"));
    CHECK_FALSE(layer.built());
    layer(zeros({1, 8, 8, 3}));
    CHECK_THROWS_MATCHES(
        layer(zeros({1, 8, 8, 2})), ShapeError,
        Message("c: input of shape (1, 8, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, "
                "3, 4)); give an input of shape (batch, height, width, 3)"));
    CHECK_THROWS_MATCHES(layer(zeros({1, 8, 8, 3}, uint8)), DTypeError,
                         Message("c: input is uint8; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
}
