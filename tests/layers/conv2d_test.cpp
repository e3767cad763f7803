#include "support/catch.hpp"
#include "support/check_layer.hpp"
#include "support/conv_cases.hpp"

#include <keratin/initializers/constants.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/regularizers/penalties.hpp>

using namespace keratin;
using layers::Conv2D;

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
