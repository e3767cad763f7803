#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/initializers/constants.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/regularizers/penalties.hpp>

using namespace keratin;
using layers::Dense;

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

TEST_CASE("A layer as Dense's activation is refused when no name says the same", "[layers][dense][errors]") {
    CHECK_THROWS_WITH(
        layer_from_config(Config::from_json(R"({"class_name": "Dense", "config": {"name": "d", "units": 2,
            "activation": {"class_name": "LeakyReLU", "config": {"name": "slope", "negative_slope": 0.5}}}})")),
        "Dense: \"activation\" in its config: d has the layer LeakyReLU(negative_slope=0.5) for it, which is "
        "none of "
        "the activations that go by name; give d no activation, put that layer behind it and save the model "
        "again");
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
