#include "support/catch.hpp"

#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/losses.hpp>
#include <keratin/metrics.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;

namespace {

const Tensor x = random::normal({12, 3}, {.seed = 1});
const Tensor y = random::normal({12, 1}, {.seed = 2});

/// The weights and the losses of two epochs.
std::pair<Tensor, std::vector<double>> trained(OptimizerHandle optimizer, int64_t batch_size = 4) {
    Sequential model(layers::Dense(1, {.kernel_initializer = "ones"}));
    model.compile({.optimizer = std::move(optimizer), .loss = "mse"});
    const History history =
        model.fit(x, y, {.batch_size = batch_size, .epochs = 2, .verbose = 0, .shuffle = false});
    return {model.get_weights().front(), history["loss"]};
}

bool close(const Tensor& a, const Tensor& b) {
    for (size_t i = 0; i < a.data<float>().size(); ++i)
        if (a.data<float>()[i] != Approx(b.data<float>()[i]).epsilon(1e-5)) return false;
    return true;
}

}  // namespace

TEST_CASE("fit() scales the loss for its gradients alone", "[models][fit][scaling]") {
    const auto [weights, losses] = trained(optimizers::SGD({.learning_rate = 0.1}));
    const auto [fixed, fixed_losses] =
        trained(optimizers::SGD({.learning_rate = 0.1, .loss_scale_factor = 1024}));
    CHECK(close(fixed, weights));
    CHECK(fixed_losses[1] == Approx(losses[1]));
    const auto [dynamic, dynamic_losses] =
        trained(optimizers::LossScaleOptimizer(optimizers::SGD({.learning_rate = 0.1})));
    CHECK(close(dynamic, weights));
    CHECK(dynamic_losses[1] == Approx(losses[1]));
}

TEST_CASE("Accumulated gradients of small batches are those of large ones", "[models][fit][scaling]") {
    const auto [large, unused] = trained(optimizers::Adam({.learning_rate = 0.1}), 12);
    const auto [small, also_unused] =
        trained(optimizers::Adam({.learning_rate = 0.1, .gradient_accumulation_steps = 3}), 4);
    CHECK(close(small, large));
}

TEST_CASE("Every loss and optimizer of compile() trains by its name", "[models][fit]") {
    const Tensor inputs = random::uniform({8, 3}, {.seed = 3}),
                 targets = random::uniform({8, 2}, {.seed = 4});
    for (const char* loss : {"mse", "mae", "mape", "msle", "huber", "log_cosh", "hinge", "squared_hinge",
                             "categorical_hinge", "kld", "poisson", "cosine_similarity", "crossentropy",
                             "binary_focal_crossentropy", "categorical_focal_crossentropy"})
        for (const char* optimizer : {"adagrad", "Nadam"}) {
            INFO(loss << ", " << optimizer);
            Sequential model(layers::Dense(2, {.activation = "sigmoid"}));
            model.compile({.optimizer = optimizer, .loss = loss, .metrics = {"accuracy", "mape", "auc"}});
            const Logs logs = model.train_on_batch(inputs, targets);
            CHECK(std::isfinite(logs["loss"]));
            CHECK(logs.size() == 4);
        }
}

TEST_CASE("A metric of several values stands in the logs with their mean", "[models][fit][metrics]") {
    Sequential model(layers::Dense(3, {.activation = "softmax"}));
    model.compile({.optimizer = "sgd",
                   .loss = "categorical_crossentropy",
                   .metrics = {metrics::F1Score(), metrics::Precision({.thresholds = {0.2, 0.5}})}});
    const Tensor inputs = random::normal({9, 3}, {.seed = 5});
    Tensor targets = zeros({9, 3});
    for (size_t i = 0; i < 9; ++i) targets.mutable_data<float>()[i * 3 + i % 3] = 1;
    const Logs logs = model.evaluate(inputs, targets, {.verbose = 0});
    const Tensor scores = model.metrics().front()->values();
    REQUIRE(scores.shape() == Shape{3});
    double sum = 0;
    for (const float score : scores.data<float>()) sum += static_cast<double>(score);
    CHECK(logs["f1_score"] == Approx(sum / 3));
    CHECK(model.metrics().back()->values().shape() == Shape{2});
}
