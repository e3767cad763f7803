#include "support/catch.hpp"

#include "models/watched.hpp"

#include <keratin/keratin.hpp>

using namespace keratin;

namespace {

/// Logistic regression on three classes with fixed weights and data.
struct Problem {
    Problem() {
        model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.5}),
                       .loss = losses::SparseCategoricalCrossentropy({.from_logits = true}),
                       .metrics = {"accuracy"},
                       .weighted_metrics = {"accuracy"}});
        model.build({1, 4});
        model.set_weights({numbers::distinct({4, 3}, 2, 1.0, float32), zeros({3})});
    }

    Sequential model{layers::Dense(3)};
    Tensor x = numbers::distinct({8, 4}, 1, 1.0, float32);
    Tensor y = Tensor::from({0, 1, 2, 0, 1, 2, 1, 2});
};

std::vector<double> weights_after(const FitOptions& options, const Tensor& y = Problem().y) {
    Problem p;
    p.model.fit(p.x, y, options);
    std::vector<double> all;
    for (const Tensor& weight : p.model.get_weights()) {
        const std::vector<double> values = numbers::of(weight);
        all.insert(all.end(), values.begin(), values.end());
    }
    return all;
}

/// -log softmax(x w + b) of the right class, in double precision.
double loss_of(const Problem& p, int64_t sample) {
    const std::vector<double> w = numbers::of(p.model.get_weights()[0]), x = numbers::of(p.x);
    std::vector<double> logits(3);
    for (size_t k = 0; k < 3; ++k)
        for (size_t i = 0; i < 4; ++i) logits[k] += x[static_cast<size_t>(sample) * 4 + i] * w[i * 3 + k];
    double sum = 0;
    for (const double logit : logits) sum += std::exp(logit);
    return std::log(sum) - logits[static_cast<size_t>(p.y.data<int32_t>()[static_cast<size_t>(sample)])];
}

}  // namespace

TEST_CASE("class_weight is a sample_weight by class", "[models][fit]") {
    // Class 1 is not named: it weighs 1.
    const std::map<int64_t, double> by_class = {{0, 0.5}, {2, 3.0}};
    const Tensor by_sample = Tensor::from({0.5f, 1.f, 3.f, 0.5f, 1.f, 3.f, 1.f, 3.f});
    const FitOptions none{.batch_size = 3, .epochs = 2, .verbose = 0, .shuffle = false};
    FitOptions classes = none, samples = none;
    classes.class_weight = by_class;
    samples.sample_weight = by_sample;
    const std::vector<double> expected = weights_after(samples);
    CHECK(weights_after(classes) == expected);
    CHECK(weights_after(none) != expected);
    CHECK(weights_after(classes, reshape(Problem().y, {8, 1})) == expected);
}

TEST_CASE("class_weight reads one-hot targets", "[models][fit]") {
    const auto trained = [](const FitOptions& options) {
        Problem p;
        p.model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.5}),
                         .loss = losses::CategoricalCrossentropy({.from_logits = true})});
        Tensor one_hot = zeros({8, 3});
        for (size_t i = 0; i < 8; ++i)
            one_hot.mutable_data<float>()[3 * i + static_cast<size_t>(p.y.data<int32_t>()[i])] = 1;
        p.model.fit(p.x, one_hot, options);
        return numbers::of(p.model.get_weights()[0]);
    };
    const FitOptions none{.verbose = 0, .shuffle = false};
    FitOptions classes = none, samples = none;
    classes.class_weight = {{0, 2.0}, {1, 0.0}};
    samples.sample_weight = Tensor::from({2.f, 0.f, 1.f, 2.f, 0.f, 1.f, 0.f, 1.f});
    CHECK(trained(classes) == trained(samples));
    CHECK(trained(classes) != trained(none));
}

TEST_CASE("The loss is the weighted sum over the number of samples, not of weights", "[models][fit]") {
    Problem p;
    const Tensor weight = Tensor::from({0.f, 1.f, 2.f, 3.f, 0.5f, 0.25f, 4.f, 1.f});
    double expected = 0;
    for (int64_t i = 0; i < 8; ++i)
        expected += loss_of(p, i) * weight.data<float>()[static_cast<size_t>(i)] / 8;
    const History history = p.model.fit(p.x, p.y, {.verbose = 0, .shuffle = false, .sample_weight = weight});
    CHECK(history["loss"][0] == Approx(expected).epsilon(1e-5));
    // Weights are seen by weighted_metrics only.
    CHECK(history.history.count("weighted_accuracy") == 1);
    CHECK(history["accuracy"][0] != Approx(history["weighted_accuracy"][0]));
}

TEST_CASE("Held-out samples keep their sample_weight, and have no class_weight", "[models][fit]") {
    const auto val_loss = [](const FitOptions& options) {
        Problem p;
        p.model.optimizer().set_learning_rate(0);  // so that the weights are known
        return p.model.fit(p.x, p.y, options)["val_loss"][0];
    };
    const Problem p;
    const double plain = (loss_of(p, 6) + loss_of(p, 7)) / 2;
    const double weighted = (0.5 * loss_of(p, 6) + 3 * loss_of(p, 7)) / 2;
    const std::map<int64_t, double> by_class = {{1, 0.5}, {2, 3.0}};
    const Tensor by_sample = Tensor::from({1.f, 1.f, 1.f, 1.f, 1.f, 1.f, 0.5f, 3.f});
    CHECK(val_loss({.verbose = 0, .validation_split = 0.25}) == Approx(plain).epsilon(1e-5));
    CHECK(val_loss({.verbose = 0, .validation_split = 0.25, .class_weight = by_class}) ==
          Approx(plain).epsilon(1e-5));
    CHECK(val_loss({.verbose = 0, .validation_split = 0.25, .sample_weight = by_sample}) ==
          Approx(weighted).epsilon(1e-5));
    const Tensor x = p.x.view({2, 4}, 24), y = p.y.view({2}, 6);
    CHECK(val_loss({.verbose = 0, .validation_data = {x, y, Tensor::from({0.5f, 3.f})}}) ==
          Approx(weighted).epsilon(1e-5));
    Problem q;
    CHECK(q.model.evaluate(x, y, {.verbose = 0, .sample_weight = Tensor::from({0.5f, 3.f})})["loss"] ==
          Approx(weighted).epsilon(1e-5));
}

TEST_CASE("A short last batch counts less in the logs", "[models][fit]") {
    Problem p;
    p.model.optimizer().set_learning_rate(0);
    double mean = 0;
    for (int64_t i = 0; i < 8; ++i) mean += loss_of(p, i) / 8;
    const int64_t batch_size = GENERATE(1, 3, 5, 8);
    CHECK(p.model.fit(p.x, p.y, {.batch_size = batch_size, .verbose = 0})["loss"][0] ==
          Approx(mean).epsilon(1e-5));
    CHECK(p.model.evaluate(p.x, p.y, {.batch_size = batch_size, .verbose = 0})["loss"] ==
          Approx(mean).epsilon(1e-5));
}

TEST_CASE("A data set of bytes with a scale trains as the scaled floats do, bit for bit",
          "[models][fit][data]") {
    std::vector<uint8_t> bytes;
    for (int i = 0; i < 8 * 4; ++i) bytes.push_back(static_cast<uint8_t>(i * 37));
    const Tensor x = Tensor::from(bytes, {8, 4});
    const double scale = 1.0 / 255;
    const Tensor floats = cast(x, float32) * static_cast<float>(scale);
    const bool shuffle = GENERATE(true, false);
    const auto trained = [&](const Dataset& data) {
        Problem p;
        set_random_seed(3);
        const History history = p.model.fit(
            data, {.batch_size = 3, .epochs = 2, .verbose = 0, .validation_split = 0.25, .shuffle = shuffle});
        std::vector<double> numbers = numbers::of(p.model.get_weights()[0]);
        for (const auto& [name, values] : history.history)
            numbers.insert(numbers.end(), values.begin(), values.end());
        const Logs logs = p.model.evaluate(data, {.batch_size = 3, .verbose = 0});
        numbers.push_back(logs["loss"]);
        const std::vector<double> predicted = numbers::of(p.model.predict(data, {.batch_size = 3}));
        numbers.insert(numbers.end(), predicted.begin(), predicted.end());
        return numbers;
    };
    const Problem p;
    CHECK(trained({x, p.y, scale}) == trained({floats, p.y}));
}

TEST_CASE("Bytes without a scale stay bytes until a layer converts them", "[models][fit][data]") {
    Sequential model(layers::Rescaling(2.0), layers::Dense(1));
    model.compile({.optimizer = "sgd", .loss = "mse"});
    const Tensor x = convert(Tensor::from({1, 2, 3, 255}), uint8);
    model.fit(reshape(x, {4, 1}), zeros({4, 1}), {.verbose = 0});
    CHECK(model.built());
}
