#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers/batch_normalization.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::BatchNormalization;

namespace {

const CallOptions training = {.training = true};

double only(const Tensor& x) {
    return x.item<double>();
}

}  // namespace

TEST_CASE("BatchNormalization's variance is divided by n, and momentum is what stays",
          "[layers][batch_normalization]") {
    const BatchNormalization layer({.epsilon = 1e-12, .dtype = float64});
    const Tensor x = Tensor::from({0.0, 2.0}, {2, 1});
    const Tensor y = layer(x, training);
    CHECK(numbers::difference(y, Tensor::from({-1.0, 1.0}, {2, 1})) < 1e-9);
    CHECK(only(layer.moving_mean) == Approx(0.01));
    CHECK(only(layer.moving_variance) == Approx(0.99 * 1 + 0.01 * 1));  // n - 1 would make it 1.01
}

TEST_CASE("BatchNormalization uses what it has learnt of the data outside of training",
          "[layers][batch_normalization]") {
    const BatchNormalization layer({.momentum = 0.5, .dtype = float64});
    set_random_seed(3);
    for (int step = 0; step < 60; ++step)
        layer(random::normal({256, 1}, {.mean = 4, .stddev = 2, .dtype = float64}), training);
    CHECK(only(layer.moving_mean) == Approx(4).margin(0.3));
    CHECK(only(layer.moving_variance) == Approx(4).margin(0.6));
    const double before = only(layer.moving_mean);
    const double expected = (10 - before) / std::sqrt(only(layer.moving_variance) + 0.001);
    CHECK(only(layer(full({1, 1}, 10, float64))) == Approx(expected));
    CHECK(only(layer.moving_mean) == before);
}

TEST_CASE("BatchNormalization that is not trainable is as outside of training, as in Keras",
          "[layers][batch_normalization]") {
    BatchNormalization layer;
    const Tensor x = numbers::distinct({8, 2}, 1, 3.0, float32);
    layer(x, training);
    layer.trainable = false;
    const std::vector<Tensor> before = layer.get_weights();
    CHECK(conformance::same(layer(x, training), layer(x)));
    for (size_t i = 0; i < before.size(); ++i) CHECK(conformance::same(layer.get_weights()[i], before[i]));
    layer.trainable = true;
    CHECK_FALSE(conformance::same(layer(x, training), layer(x)));
    CHECK(layer.trainable_variables().size() == 2);
    CHECK_FALSE(layer.moving_mean.trainable());
}

TEST_CASE("BatchNormalization keeps its precision far from zero", "[layers][batch_normalization]") {
    const Tensor near = numbers::distinct({64, 3}, 1);
    const Tensor x = cast(cast(near + 1000, float32), float64);  // what float32 holds of it
    const BatchNormalization exact({.dtype = float64}), layer;
    const Tensor expected = exact(x, training);
    CHECK(numbers::difference(layer(cast(x, float32), training), expected) < 1e-4);
    CHECK(numbers::difference(layer.moving_variance, exact.moving_variance) < 1e-6);
}

TEST_CASE("A tape does not follow BatchNormalization's moving statistics", "[layers][batch_normalization]") {
    const BatchNormalization layer;
    const Tensor x = numbers::distinct({8, 2}, 1, 3.0, float32);
    GradientTape tape({.persistent = true});
    tape.watch(x);
    layer(x, training);
    const Tensor statistics = layer.moving_mean.value() + layer.moving_variance.value();
    CHECK_FALSE(tape.gradient(statistics, x).defined());
    CHECK_FALSE(tape.gradient(layer(x), layer.moving_mean).defined());
}

TEST_CASE("BatchNormalization hands its initializers, regularizers and constraints to its variables",
          "[layers][batch_normalization]") {
    const BatchNormalization layer({.beta_initializer = "ones",
                                    .gamma_initializer = "zeros",
                                    .moving_mean_initializer = "ones",
                                    .moving_variance_initializer = "zeros",
                                    .beta_regularizer = "l1",
                                    .gamma_regularizer = "l2",
                                    .beta_constraint = "non_neg",
                                    .gamma_constraint = "max_norm"});
    layer(zeros({2, 2}));
    CHECK(numbers::of(layer.beta) == std::vector<double>{1, 1});
    CHECK(numbers::of(layer.gamma) == std::vector<double>{0, 0});
    CHECK(numbers::of(layer.moving_mean) == std::vector<double>{1, 1});
    CHECK(numbers::of(layer.moving_variance) == std::vector<double>{0, 0});
    REQUIRE(layer.losses().size() == 2);  // gamma's, then beta's
    CHECK(only(layer.losses()[0]) == 0);
    CHECK(only(layer.losses()[1]) == Approx(0.02));
    CHECK(layer.beta.constraint());
    CHECK(layer.gamma.constraint());
    CHECK(layer.clone()->get_config() == layer.get_config());
}

TEST_CASE("BatchNormalization reads the config of Keras 2", "[layers][batch_normalization]") {
    const auto make = [](const char* config) {
        return layer_from_config(
            Config::object({{"class_name", "BatchNormalization"}, {"config", Config::from_json(config)}}));
    };
    CHECK(make(R"({"axis": [3]})")->get_config()["axis"] == Config(3));
    CHECK_THROWS_MATCHES(
        make(R"({"renorm": true})"), ValueError,
        Message("BatchNormalization: its config has \"renorm\": true, keratin offers false only"));
    CHECK_THROWS_AS(make(R"({"axis": [1, 2]})"), ValueError);
}
