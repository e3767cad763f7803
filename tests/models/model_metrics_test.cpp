#include "support/catch.hpp"
#include "support/golden_tensor.hpp"
#include "support/numbers.hpp"

#include <keratin/callbacks/lambda_callback.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/masking.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/optimizers/sgd.hpp>

#include <algorithm>

using namespace keratin;
using nlohmann::json;

namespace {

/// Shows the largest prediction so far beside the compiled metrics.
struct OwnMetrics : Sequential {
    using Sequential::Sequential;
    mutable double widest = 0;

    Logs compute_metrics(const Batch& batch, const Tensors& y_pred) const override {
        Logs logs = Sequential::compute_metrics(batch, y_pred);
        widest = std::max(widest, reduce_max(y_pred.front()).item<double>());
        logs.set("widest", widest);
        return logs;
    }
};

/// The golden model, built with its kernel.
OwnMetrics own_metrics(const json& c) {
    OwnMetrics model(layers::Dense(1, {.use_bias = false}));
    model.build({Shape::unknown, 3});
    model.set_weights({golden::tensor(c["kernel"])});
    return model;
}

Model two_outputs() {
    const KerasTensor x = Input({3});
    return Model(x, {layers::Dense(2, {.activation = "softmax", .name = "kind"})(x),
                     layers::Dense(1, {.name = "size"})(x)});
}

}  // namespace

TEST_CASE("compute_metrics of one's own adds to the logs as in Keras", "[models][names][golden]") {
    const json c = golden::load("names.json")["compute_metrics"][0];
    OwnMetrics model = own_metrics(c);
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.1}), .loss = "mse", .metrics = {"mae"}});
    const Tensor x = golden::tensor(c["x"]), y = golden::tensor(c["y"]);
    const callbacks::LambdaCallback reset(
        {.on_epoch_begin = [&](int64_t, const Logs&) { model.widest = 0; }});
    const History history =
        model.fit(x, y, {.batch_size = 3, .epochs = 3, .verbose = 0, .callbacks = {reset}, .shuffle = false});
    REQUIRE(history.history.size() == c["history"].size());
    for (const auto& [name, values] : c["history"].items())
        for (size_t i = 0; i < values.size(); ++i) {
            INFO(name << " of epoch " << i);
            CHECK(history[name][i] == Approx(golden::value(values[i])).epsilon(1e-5));
        }
    const Logs logs = model.evaluate(x, y, {.verbose = 0});
    CHECK(logs.contains("widest"));
    CHECK(logs.contains("mae"));
    CHECK(model.test_on_batch(x, y).contains("widest"));
    CHECK(model.train_on_batch(x, y).contains("widest"));
}

TEST_CASE("Padded steps count for metrics as little as for the loss", "[models][metrics][mask]") {
    const Tensor x = Tensor::from({1.f, 2.f, -1.f, 3.f, -1.f, -1.f}, {2, 3, 1});
    const Tensor y = zeros({2, 3, 1});
    const DTypePolicy policy = GENERATE(DTypePolicy("float32"), DTypePolicy("mixed_bfloat16"));
    Sequential model(layers::Masking({.mask_value = -1}),
                     layers::Dense(1, {.kernel_initializer = "ones", .dtype = policy}));
    model.compile({.optimizer = "sgd", .loss = "mse", .metrics = {"mse", "mae"}});
    const Logs logs = model.test_on_batch(x, y);
    CHECK(logs["mse"] == Approx((1.0 + 4 + 9) / 3));
    CHECK(logs["mae"] == Approx(2.0));
    CHECK(logs["loss"] == Approx(logs["mse"]));
    const Tensor first_counts = Tensor::from({1.f, 0.f});
    model.compile({.optimizer = "sgd", .loss = "mse", .weighted_metrics = {"mae"}});
    CHECK(model.test_on_batch(x, y, first_counts)["mae"] == Approx(1.5));
}

TEST_CASE("Predictions come to compute_metrics without any metric, activated", "[models][names]") {
    struct Seen : Sequential {
        using Sequential::Sequential;
        mutable Tensor y_pred;
        Logs compute_metrics(const Batch& batch, const Tensors& predictions) const override {
            y_pred = predictions.front();
            return Sequential::compute_metrics(batch, predictions);
        }
    };
    Seen model(layers::Dense(2, {.activation = "softmax"}));
    model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
    const Tensor x = ones({1, 3});
    const Logs logs = model.test_on_batch(x, zeros({1}, int64));
    CHECK(reduce_sum(model.y_pred).item<float>() == Approx(1));
    CHECK(logs.size() == 1);
    CHECK_THROWS_MATCHES(
        model.compute_metrics({x, zeros({1}, int64)}, model.y_pred), ValueError,
        Message(model.name() + ": train_step(), test_step() and compute_metrics() are for fit() and "
                               "evaluate() to call; call train_on_batch() or test_on_batch()"));
}

TEST_CASE("metrics_names are Keras's", "[models][names][golden]") {
    for (const json& c : golden::load("names.json")["metrics_names"]) {
        INFO(c["names"].dump());
        std::vector<std::string> expected = c["names"], got;
        if (c["several"]) {
            Model model = two_outputs();
            CHECK(model.metrics_names().empty());
            model.compile({.loss = {{"kind", "categorical_crossentropy"}, {"size", "mse"}},
                           .metrics = {{"kind", {"accuracy"}}, {"size", {"mae", "mse"}}}});
            got = model.metrics_names();
        } else {
            Sequential model(layers::Dense(1));
            OutputMetrics::List metrics;
            for (const json& name : c["metrics"]) metrics.emplace_back(name.get<std::string>());
            model.compile({.loss = "mse", .metrics = metrics});
            got = model.metrics_names();
            // Keras has those of one output by name, here they are in the order of compile().
            std::sort(got.begin(), got.end());
            std::sort(expected.begin(), expected.end());
        }
        CHECK(got == expected);
    }
}

TEST_CASE("reset_metrics lets metrics count anew, and the run that calls it", "[models][names]") {
    Sequential model(layers::Dense(1, {.kernel_initializer = "zeros"}));
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0}), .loss = "mse", .metrics = {"mae"}});
    const Tensor x = ones({4, 1}), y = Tensor::from({1.0f, 2.0f, 3.0f, 4.0f}, {4, 1});
    const Logs whole = model.evaluate(x, y, {.batch_size = 1, .verbose = 0});
    CHECK(whole["mae"] == Approx(2.5));
    REQUIRE(model.metrics().size() == 1);
    CHECK(model.metrics()[0]->result() == Approx(2.5));
    model.reset_metrics();
    CHECK(model.metrics()[0]->result() == 0);

    const callbacks::LambdaCallback before_last({.on_train_batch_begin = [&](int64_t batch, const Logs&) {
        if (batch == 3) model.reset_metrics();
    }});
    const History history =
        model.fit(x, y, {.batch_size = 1, .verbose = 0, .callbacks = {before_last}, .shuffle = false});
    CHECK(history["mae"][0] == Approx(4));
    CHECK(history["loss"][0] == Approx(16));
}
