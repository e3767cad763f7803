#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/initializers/constants.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/regularizers/penalties.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Dense;

TEST_CASE("Dense passes the conformance routine of every layer", "[layers][dense]") {
    SECTION("by default") {
        check_layer<Dense>([] { return Dense(4); }, {.default_name = "dense",
                                                     .input = {3, 5},
                                                     .output = {3, 4},
                                                     .weights = {{"kernel", {5, 4}}, {"bias", {4}}}});
    }
    SECTION("with a fused activation, on images") {
        check_layer<Dense>([] { return Dense(3, {.activation = "sigmoid"}); },
                           {.default_name = "dense",
                            .input = {2, 2, 3, 4},
                            .output = {2, 2, 3, 3},
                            .weights = {{"kernel", {4, 3}}, {"bias", {3}}}});
    }
    SECTION("without bias, with an activation of its own") {
        check_layer<Dense>([] { return Dense(3, {.activation = "softmax", .use_bias = false}); },
                           {.default_name = "dense",
                            .input = {2, 3, 4},
                            .output = {2, 3, 3},
                            .weights = {{"kernel", {4, 3}}}});
    }
}

TEST_CASE("Dense is what three nested loops say, plus bias", "[layers][dense]") {
    const auto [batch, features, units] = GENERATE(table<int64_t, int64_t, int64_t>(
        {{1, 1, 1}, {3, 5, 4}, {2, 17, 33}, {16, 9, 1}, {1, 64, 10}, {7, 8, 16}}));
    const Dense layer(units, {.dtype = float64});
    const Tensor x = numbers::distinct({batch, features}, 3);
    layer(x);
    conformance::fill(layer);
    Tensor expected = Tensor::empty({batch, units}, float64);
    for (int64_t n = 0; n < batch; ++n)
        for (int64_t u = 0; u < units; ++u) {
            double sum = layer.bias.value().at<double>({u});
            for (int64_t f = 0; f < features; ++f)
                sum += x.at<double>({n, f}) * layer.kernel.value().at<double>({f, u});
            expected.mutable_data<double>()[static_cast<size_t>(n * units + u)] = sum;
        }
    CHECK(numbers::difference(layer(x), expected) < 1e-13);
}

TEST_CASE("Dense's activation is the activation of what it gives without", "[layers][dense]") {
    const Tensor x = numbers::distinct({4, 6}, 1, 2.0, float32);
    for (const std::string_view name : ActivationFunction::names) {
        if (name == "custom") continue;
        INFO(name);
        Dense layer(5, {.activation = activation(name)});
        layer.build(x.shape());
        Dense linear = layer;  // shares the weights
        linear.options.activation = {};
        CHECK(numbers::difference(layer(x), activation(name)(linear(x))) < 1e-6);
    }
}

TEST_CASE("Dense takes a function of the program's as activation", "[layers][dense]") {
    const Dense layer(2, {.activation = +[](const Tensor& x) { return 2 * x; }, .use_bias = false});
    const Tensor x = numbers::distinct({3, 4}, 1, 1.0, float32);
    const Tensor y = layer(x);
    CHECK(numbers::difference(y, 2 * matmul(x, layer.kernel)) < 1e-6);
    CHECK_THROWS_AS(layer.get_config(), ValueError);
}

TEST_CASE("Dense of no features is its bias", "[layers][dense]") {
    const Dense layer(2, {.bias_initializer = "ones"});
    CHECK(to_string(layer(zeros({3, 0}))) == "[[1. 1.]\n [1. 1.]\n [1. 1.]]");
    CHECK(layer.kernel.shape() == Shape{0, 2});
}

TEST_CASE("Dense hands its initializers, regularizers and constraints to its variables", "[layers][dense]") {
    const Dense layer(2, {.kernel_initializer = initializers::Constant(3),
                          .bias_initializer = "ones",
                          .kernel_regularizer = regularizers::L1L2({.l1 = 0.5, .l2 = 0.25}),
                          .bias_regularizer = "l2",
                          .kernel_constraint = "unit_norm",
                          .bias_constraint = "non_neg"});
    layer(zeros({1, 2}));
    CHECK(to_string(layer.kernel.value()) == "[[3. 3.]\n [3. 3.]]");
    REQUIRE(layer.losses().size() == 2);
    CHECK(layer.losses()[0].item<double>() == Approx(0.5 * 4 * 3 + 0.25 * 4 * 9));
    CHECK(layer.losses()[1].item<double>() == Approx(0.01 * 2));
    const Tensor projected = layer.kernel.constraint()(layer.kernel);
    CHECK(numbers::difference(projected, full({2, 2}, std::sqrt(0.5))) < 1e-6);
    CHECK(layer.clone()->get_config() == layer.get_config());
}

TEST_CASE("Dense refuses units below 1", "[layers][dense][errors]") {
    CHECK_THROWS_MATCHES(Dense(0, {.name = "d"}), ValueError,
                         Message("d: units is 0; it must be at least 1"));
    CHECK_THROWS_MATCHES(Dense(-3, {.name = "d"}), ValueError,
                         Message("d: units is -3; it must be at least 1"));
}

TEST_CASE("Dense says which inputs do not fit", "[layers][dense][errors]") {
    Dense layer(4, {.name = "d"});
    const char* rank = "d: input has shape (3,); (batch, .., features) is needed";
    CHECK_THROWS_MATCHES(layer(zeros({3})), ShapeError, Message(rank));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({3}), ShapeError, Message(rank));
    CHECK_THROWS_MATCHES(layer.build({2, Shape::unknown}), ShapeError,
                         Message("d: kernel would have shape (None, 4); the input's axes other than the "
                                 "batch must be known"));
    CHECK_FALSE(layer.built());
    layer(zeros({2, 3}));
    const char* features =
        "d: input of shape (2, 5) has 5 features, kernel was built for 3; give an input of shape (batch, "
        ".., 3)";
    CHECK_THROWS_MATCHES(layer(zeros({2, 5})), ShapeError, Message(features));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({2, 5}), ShapeError, Message(features));
    CHECK_THROWS_MATCHES(layer(zeros({2, 3}, int64)), DTypeError,
                         Message("d: input is int64; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
}
