#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/keratin.hpp>
#include <keratin/layers/recompute_grad.hpp>

using namespace keratin;

namespace {

bool same(const Tensor& a, const Tensor& b) {
    return to_string(a - b) == to_string(zeros_like(a));
}

/// Two layers with dropout and moving statistics between them, plain or recomputed.
struct Block : Layer {
    explicit Block(bool recomputed) : recomputes(recomputed) {}
    layers::Dense first{
        8, {.activation = "tanh", .kernel_initializer = initializers::GlorotUniform({.seed = 1})}};
    layers::BatchNormalization normalization;
    layers::Dropout dropout{0.5, {.seed = 3}};
    layers::Dense second{3, {.kernel_initializer = initializers::GlorotUniform({.seed = 2})}};
    bool recomputes;

    Tensor call(const Tensor& x) override {
        const auto inside = [this](const Tensor& in) { return second(dropout(normalization(first(in)))); };
        return recomputes ? recompute_grad(inside)(x) : inside(x);
    }
};

}  // namespace

TEST_CASE("a recomputed block has the value, gradients and moving statistics of the block itself",
          "[recompute]") {
    const Tensor x = numbers::distinct({6, 4}, 5, 1, float32);
    Block plain(false), recomputed(true);
    for (int step = 0; step < 3; ++step) {
        Tensor values[2];
        std::vector<Tensor> gradients[2];
        for (Block* block : {&plain, &recomputed}) {
            GradientTape tape;
            tape.watch(x);
            const size_t i = block->recomputes;
            values[i] = (*block)(x, {.training = true});
            std::vector<Variable> variables = block->trainable_variables();
            std::vector<GradientSource> sources(variables.begin(), variables.end());
            sources.emplace_back(x);
            gradients[i] = tape.gradient(reduce_sum(square(values[i])), sources);
        }
        CHECK(same(values[0], values[1]));
        REQUIRE(gradients[0].size() == 7);
        for (size_t i = 0; i < 7; ++i) CHECK(same(gradients[0][i], gradients[1][i]));
        CHECK(same(plain.normalization.moving_mean, recomputed.normalization.moving_mean));
        CHECK(same(plain.normalization.moving_variance, recomputed.normalization.moving_variance));
    }
}

TEST_CASE("between forward and backward a recomputed function keeps nothing of what is inside",
          "[recompute]") {
    int runs = 0;
    const auto f = recompute_grad([&runs](const Tensor& x) {
        ++runs;
        return exp(square(x));
    });
    const Tensor x = Tensor::from({0.5, 1.0});
    f(x);
    CHECK(runs == 1);  // no tape, no second run
    GradientTape tape;
    tape.watch(x);
    const Tensor y = f(x);
    CHECK(runs == 2);
    tape.gradient(y, x);
    CHECK(runs == 3);
}

TEST_CASE("gradients of a recomputed function of several inputs, and theirs, agree with central differences",
          "[recompute]") {
    const auto f = recompute_grad([](const Tensor& a, const Tensor& b) { return tanh(a * b) + square(a); });
    const auto list = [&](const std::vector<Tensor>& x) { return f(x[0], x[1]); };
    const std::vector<Tensor> inputs = {numbers::distinct({2, 3}, 1), numbers::distinct({2, 3}, 2)};
    const GradientCheck first = check_gradients(list, inputs);
    INFO(first.message);
    CHECK(first.passed);
    const GradientCheck second = check_second_gradients(list, inputs);
    INFO(second.message);
    CHECK(second.passed);
}

TEST_CASE("a layer recomputes as it is, and learns in fit", "[recompute]") {
    struct Net : Model {
        layers::Dense hidden{16, {.activation = "tanh"}}, out{1};
        Tensor call(const Tensor& x) override { return out(recompute_grad(hidden)(x)); }
    } model;
    set_random_seed(1);
    const Tensor x = random::normal({64, 3}, {.seed = 1});
    const Tensor y = reduce_sum(x, -1, true);
    model.compile({.optimizer = optimizers::Adam({.learning_rate = 1e-2}), .loss = "mse"});
    const History history = model.fit(x, y, {.batch_size = 16, .epochs = 30, .verbose = 0});
    CHECK(model.trainable_variables().size() == 4);
    CHECK(history["loss"].back() < 0.2 * history["loss"].front());
}

TEST_CASE("a penalty inside a recomputed function is refused", "[recompute]") {
    layers::Dense dense(2, {.activity_regularizer = "l2"});
    GradientTape tape;
    CHECK_THROWS_AS(recompute_grad(dense)(ones({1, 2})), ValueError);
}
