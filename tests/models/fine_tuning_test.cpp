#include "support/catch.hpp"

#include "support/numbers.hpp"

#include <keratin/keratin.hpp>

using namespace keratin;

namespace {

struct Data {
    Tensor x = numbers::distinct({12, 5}, 1, 2.0, float32);
    Tensor y = Tensor::from({0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2});
};

Sequential base_and_head() {
    Sequential model(Sequential(layers::Dense(6, {.activation = "tanh"}), layers::BatchNormalization()),
                     layers::Dense(3, {.activation = "softmax"}));
    model.build({1, 5});
    return model;
}

void compile(Sequential& model, double learning_rate) {
    model.compile({.optimizer = optimizers::Adam({.learning_rate = learning_rate}),
                   .loss = losses::SparseCategoricalCrossentropy()});
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    for (size_t i = 0; i < a.size(); ++i)
        if (numbers::difference(a[i], b[i]) != 0) return false;
    return a.size() == b.size();
}

}  // namespace

TEST_CASE("A frozen base stays as it is, its moving statistics too", "[models][fit][trainable]") {
    const Data data;
    Sequential model = base_and_head();
    model.get_layer(0).trainable = false;
    compile(model, 0.1);
    const std::vector<Tensor> base = model.get_layer(0).get_weights(),
                              head = model.get_layer(-1).get_weights();
    model.fit(data.x, data.y, {.batch_size = 4, .epochs = 3, .verbose = 0});
    CHECK(same(model.get_layer(0).get_weights(), base));
    CHECK_FALSE(same(model.get_layer(-1).get_weights(), head));
    CHECK(model.optimizer().variables().size() ==
          2 + 2 * 2);  // iteration, rate, two moments of kernel and bias
}

TEST_CASE("Fine-tuning: train the head, unfreeze, compile again, train all", "[models][fit][trainable]") {
    const Data data;
    set_random_seed(1);
    Sequential model = base_and_head();
    model.get_layer(0).trainable = false;
    compile(model, 0.05);
    const FitOptions options{.batch_size = 4, .epochs = 150, .verbose = 0};
    const double head_alone = model.fit(data.x, data.y, options)["loss"].back();
    model.get_layer(0).trainable = true;
    compile(model, 0.05);
    const std::vector<Tensor> before = model.get_weights();
    const double all = model.fit(data.x, data.y, options)["loss"].back();
    CHECK(all < head_alone / 2);
    for (size_t i = 0; i < before.size(); ++i) {
        INFO(model.variables()[i].path());
        CHECK(numbers::difference(model.get_weights()[i], before[i]) > 0);
    }
    // And back: fewer variables again.
    model.get_layer(-1).trainable = false;
    compile(model, 0.01);
    const std::vector<Tensor> head = model.get_layer(-1).get_weights();
    model.fit(data.x, data.y, options);
    CHECK(same(model.get_layer(-1).get_weights(), head));
}

TEST_CASE("Changing trainable after training asks for another compile", "[models][fit][trainable][errors]") {
    // Keras goes on with what was trainable at compile().
    const Data data;
    Sequential model = base_and_head();
    compile(model, 0.01);
    model.fit(data.x, data.y, {.verbose = 0});
    model.get_layer(0).trainable = false;
    CHECK_THROWS_MATCHES(
        model.fit(data.x, data.y, {.verbose = 0}), ValueError,
        Message(
            "adam: apply got other variables than it was built for (2 now, 6 then); make a new optimizer, or "
            "compile() again after changing trainable"));
    model.get_layer(0).trainable = true;
    CHECK(model.fit(data.x, data.y, {.verbose = 0}).epoch.size() == 1);
}

TEST_CASE("A model with nothing to train runs through fit unchanged", "[models][fit][trainable]") {
    // Keras warns and does the same.
    const Data data;
    Sequential model = base_and_head();
    model.trainable = false;
    compile(model, 0.1);
    const std::vector<Tensor> before = model.get_weights();
    const History history = model.fit(data.x, data.y, {.epochs = 2, .verbose = 0});
    CHECK(history["loss"][0] == Approx(history["loss"][1]));
    CHECK(same(model.get_weights(), before));
}

TEST_CASE("BatchNormalization gathers its statistics in fit, and uses them elsewhere",
          "[models][fit][batch_normalization]") {
    // Hand-computed: a batch (0, 2) has mean 1 and variance 1; momentum 0.75 lets a quarter of it in each
    // step.
    Sequential model(layers::BatchNormalization({.momentum = 0.75}), layers::Dense(1));
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0}), .loss = "mse"});
    const Tensor x = Tensor::from({0.f, 2.f}, {2, 1}), y = zeros({2, 1});
    model.build({1, 1});
    const auto& norm = model.get_layer<layers::BatchNormalization>(0);
    const auto mean = [&] { return norm.moving_mean.value().item<double>(); };
    const auto variance = [&] { return norm.moving_variance.value().item<double>(); };
    model.fit(x, y, {.epochs = 2, .verbose = 0});
    CHECK(mean() == Approx(0.25 + 0.75 * 0.25));
    CHECK(variance() == Approx(1));
    model.evaluate(x, y, {.verbose = 0});
    model.predict(x);
    model.test_on_batch(x, y);
    CHECK(mean() == Approx(0.4375));
    CHECK(norm(x).at<float>({1, 0}) == Approx((2 - 0.4375) / std::sqrt(1 + 0.001)));
    model.fit(x * 3, y, {.verbose = 0, .validation_data = {x, y}});
    CHECK(mean() == Approx(0.75 * 0.4375 + 0.25 * 3));
    CHECK(variance() == Approx(0.75 + 0.25 * 9));
}

TEST_CASE("Dropout drops in fit and nowhere else", "[models][fit][dropout]") {
    Sequential model(layers::Dropout(0.5), layers::Dense(1, {.kernel_initializer = "ones"}));
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0}), .loss = "mse"});
    const Tensor x = ones({64, 10}), y = full({64, 1}, 10);
    CHECK(model.evaluate(x, y, {.verbose = 0})["loss"] == 0);
    CHECK(model.fit(x, y, {.verbose = 0})["loss"][0] > 1);
    CHECK(model.predict(x).at<float>({63, 0}) == 10);
}

TEST_CASE("Averaged weights take over at the end of fit", "[models][fit][ema]") {
    const Data data;
    const auto make = [](bool use_ema) {
        Sequential model(layers::Dense(3, {.kernel_initializer = "zeros"}));
        model.compile(
            {.optimizer = optimizers::SGD({.learning_rate = 0.5, .use_ema = use_ema, .ema_momentum = 0.75}),
             .loss = losses::SparseCategoricalCrossentropy({.from_logits = true})});
        return model;
    };
    Sequential averaged = make(true), plain = make(false);
    averaged.fit(data.x, data.y, {.batch_size = 4, .verbose = 0, .shuffle = false});
    std::vector<double> average;
    for (int64_t step = 0; step < 3; ++step) {
        plain.train_on_batch(data.x.view({4, 5}, step * 20), data.y.view({4}, step * 4));
        const std::vector<double> now = numbers::of(plain.get_weights()[0]);
        if (step == 0) average = now;
        for (size_t i = 0; i < now.size(); ++i) average[i] = 0.75 * average[i] + 0.25 * now[i];
    }
    CHECK(numbers::difference(averaged.get_weights()[0], average) < 1e-6);
    CHECK(numbers::difference(averaged.get_weights()[0], plain.get_weights()[0]) > 1e-3);
}

TEST_CASE("Penalties of frozen layers are no part of the loss", "[models][fit][trainable]") {
    Sequential model(
        layers::Dense(2, {.kernel_initializer = "ones", .kernel_regularizer = regularizers::L2(0.1)}));
    model.compile({.optimizer = "sgd", .loss = "mse"});
    const Tensor x = zeros({4, 3}), y = zeros({4, 2});
    CHECK(model.test_on_batch(x, y)["loss"] == Approx(0.1 * 6));
    model.trainable = false;
    CHECK(model.test_on_batch(x, y)["loss"] == 0);
}
