#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/model.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/optimizers/sgd.hpp>
#include <keratin/regularizers/penalties.hpp>

using namespace keratin;

namespace {

struct Penalty : Layer {
    Tensor call(const Tensor& x) override {
        add_loss(0.1f * reduce_mean(square(x)));
        add_loss(0.01f * abs(x));
        return x;
    }
    void misuse() const { add_loss(zeros({})); }
};

/// Adds the sum of its inputs, and has a step of its own.
struct OwnStep : Model {
    layers::Dense dense{1, {.use_bias = false, .kernel_initializer = "ones"}};

    Tensor call(const Tensor& x) override {
        add_loss(reduce_sum(x));
        return dense(x);
    }
    std::optional<Logs> train_step(const Batch& batch) override {
        Logs logs;
        for (const char* name : {"first", "second"})
            logs.set(name, compute_loss(batch, (*this)(batch.x, {.training = true})).item<double>());
        return logs;
    }
};

}  // namespace

TEST_CASE("add_loss adds to training and evaluation what it adds in Keras", "[layers][names][golden]") {
    const auto& c = golden::load("names.json")["add_loss"][0];
    register_layer<Penalty>();
    const KerasTensor x = Input({3});
    layers::Dense dense(2, {.use_bias = false, .activity_regularizer = regularizers::L2(0.02)});
    Model model(x, Penalty()(dense(x)));
    dense.set_weights({golden::tensor(c["kernel"])});
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.1}), .loss = "mse"});
    const Tensor data = golden::tensor(c["x"]), y = golden::tensor(c["y"]);
    for (const auto& loss : c["losses"])
        CHECK(model.train_on_batch(data, y)["loss"] == Approx(golden::value(loss)).epsilon(1e-5));
    CHECK(model.evaluate(data, y, {.verbose = 0})["loss"] ==
          Approx(golden::value(c["evaluated"])).epsilon(1e-5));
    CHECK(golden::mismatch(dense.kernel.value(), c["learnt"], 1e-5, 1e-6) == "");
}

TEST_CASE("A model can learn from add_loss alone", "[layers][names]") {
    Sequential model(layers::Dense(1, {.use_bias = false}), Penalty());
    model.compile({.optimizer = "sgd"});
    const Tensor x = ones({2, 3}), y = zeros({2, 1});
    const double before = model.train_on_batch(x, y)["loss"];
    CHECK(before > 0);
    CHECK(model.train_on_batch(x, y)["loss"] < before);
}

TEST_CASE("compute_loss in a step of one's own has the penalties of the calls since the last",
          "[layers][names]") {
    OwnStep model;
    model.compile({.optimizer = "sgd", .loss = "mse"});
    const Tensor x = ones({2, 3}), y = 3 * ones({2, 1});
    for (const Logs& logs : {model.train_on_batch(x, y), model.train_on_batch(x, y)}) {
        CHECK(logs["first"] == 6);
        CHECK(logs["second"] == 6);
    }
    CHECK(model.fit(x, y, {.epochs = 2, .verbose = 0})["second"] == std::vector<double>{6, 6});
    CHECK(model.compute_loss({x, y}, model(x)).item<float>() == 0);  // outside of a step nothing gathers
}

TEST_CASE("add_loss belongs into call()", "[layers][names][errors]") {
    struct Counts : Layer {
        Counts() : Layer({.name = "counts"}) {}
        Tensor call(const Tensor& x) override {
            add_loss(zeros({2}, int32));
            return x;
        }
    };
    Penalty penalty;
    CHECK_THROWS_MATCHES(
        penalty.misuse(), ValueError,
        Message(penalty.name() + ": add_loss was called outside of the layer's call(); call it there"));
    CHECK_THROWS_MATCHES(
        Counts()(ones({1})), ValueError,
        Message("counts: add_loss got int32 of shape (2,); give it a tensor of floating numbers"));
    CHECK(penalty(ones({2})).shape() == Shape{2});  // a call that nothing trains lets penalties fall
}
