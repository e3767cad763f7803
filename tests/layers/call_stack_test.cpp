#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/optimizers.hpp>
#include <keratin/regularizers/penalties.hpp>

#include <typeinfo>

using namespace keratin;

namespace {

/// The loss of a model that answers its input for targets of 0, with whatever its layers add.
double loss_of(Sequential model, const Tensor& x) {
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.0}), .loss = "mse"});
    const double tested = model.test_on_batch(x, zeros(model(x).shape()))["loss"];
    CHECK(model.train_on_batch(x, zeros(model(x).shape()))["loss"] == Approx(tested));
    return tested;
}

}  // namespace

TEST_CASE("An activity penalty is divided by the batch and joins the loss, as in Keras",
          "[layers][activity]") {
    const Tensor x = numbers::as({1, 2, 3, 4, 5, 6}, {3, 2}, float32);
    const double mse = 91.0 / 6, l2 = 0.1 * 91 / 3, l1 = 0.01 * 21 / 3;
    const layers::Identity plain, penalized({.activity_regularizer = regularizers::L2(0.1)});
    CHECK(loss_of(Sequential(plain), x) == Approx(mse));
    CHECK(loss_of(Sequential(penalized), x) == Approx(mse + l2));
    CHECK(loss_of(Sequential(layers::Identity({.activity_regularizer = "l1"}), penalized), x) ==
          Approx(mse + l1 + l2));
    CHECK(loss_of(Sequential(Sequential(penalized)), x) == Approx(mse + l2));
}

TEST_CASE("A layer that is called twice is penalized twice", "[layers][activity]") {
    struct Twice : Layer {
        layers::Identity inner{{.activity_regularizer = regularizers::L1(1)}};
        Tensor call(const Tensor& x) override { return inner(inner(x)); }
    };
    CHECK(loss_of(Sequential(Twice()), ones({2, 3})) == Approx(1 + 2 * 6 / 2.0));
}

TEST_CASE("An activity penalty's gradient reaches the weights", "[layers][activity]") {
    layers::Dense dense(
        1, {.use_bias = false, .kernel_initializer = "ones", .activity_regularizer = regularizers::L1(3)});
    Sequential model(dense, layers::Rescaling(0));
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 1.0}), .loss = "mse"});
    model.train_on_batch(ones({4, 2}), zeros({4, 1}));
    CHECK(to_string(dense.kernel.value()) == "[[-2.]\n [-2.]]");  // 1 - 3 * 4 / 4
}

TEST_CASE("An activity penalty belongs to a call of a model; elsewhere nothing gathers it",
          "[layers][activity]") {
    const layers::Identity penalized({.activity_regularizer = "l2"});
    penalized(ones({2, 2}));
    CHECK(penalized.losses().empty());
    CHECK(loss_of(Sequential(layers::Identity()), ones({1, 1})) == Approx(1));
}

TEST_CASE("losses() are the penalties on trainable variables, own and inside, not divided by the batch",
          "[layers][losses]") {
    layers::Dense first(1, {.kernel_initializer = "ones", .kernel_regularizer = regularizers::L2(0.5)});
    layers::Dense second(1, {.kernel_initializer = "ones",
                             .bias_initializer = "ones",
                             .bias_regularizer = regularizers::L1(0.25)});
    Sequential model(first, Sequential(second));
    CHECK(model.losses().empty());  // not built
    model.build({1, 3});
    REQUIRE(model.losses().size() == 2);
    CHECK(model.losses()[0].item<double>() == Approx(1.5));
    CHECK(model.losses()[1].item<double>() == Approx(0.25));
    CHECK(loss_of(model, zeros({8, 3})) == Approx(1 + 1.75));
    first.trainable = false;
    CHECK(model.losses().size() == 1);
    CHECK(loss_of(model, zeros({8, 3})) == Approx(1 + 0.25));
}

TEST_CASE("An error names the innermost layer that saw it, once", "[layers][errors]") {
    clear_session();
    struct Outer : Layer {
        layers::Dense dense{2, {.name = "inner"}};
        Tensor call(const Tensor& x) override { return dense(x); }
    };
    struct Adder : Layer {
        Tensor call(const Tensor& x) override { return x + zeros({x.shape()[0], 7}); }
    };
    const Outer outer;
    outer(zeros({1, 3}));
    CHECK_THROWS_MATCHES(outer(zeros({1, 4})), ShapeError,
                         Message("inner: input of shape (1, 4) has 4 features, kernel was built for 3; give "
                                 "an input of shape (batch, .., 3)"));
    const Sequential model{Adder()};
    CHECK_THROWS_MATCHES(
        model(zeros({1, 3})), ShapeError,
        Message("adder: add: shapes (1, 3) and (1, 7) do not broadcast; aligned at the last axis, two "
                "extents must be equal or one of them 1"));
    // The same text once more, from the layer alone.
    CHECK_THROWS_MATCHES(
        Adder()(zeros({1, 3})), ShapeError,
        Message("adder_1: add: shapes (1, 3) and (1, 7) do not broadcast; aligned at the last axis, two "
                "extents must be equal or one of them 1"));
}

TEST_CASE("What a layer of the program's throws keeps its type", "[layers][errors]") {
    struct OwnError : ValueError {
        using ValueError::ValueError;
    };
    struct Thrower : Layer {
        Tensor call(const Tensor& x) override {
            if (x.rank() == 1) throw OwnError("mine");
            if (x.rank() == 2) throw 7;
            throw std::out_of_range("far");
        }
    };
    const Sequential model{Thrower()};
    CHECK_THROWS_MATCHES(model(zeros({1})), OwnError, Message("mine"));
    CHECK_THROWS_AS(model(zeros({1, 1})), int);
    CHECK_THROWS_MATCHES(model(zeros({1, 1, 1})), std::out_of_range, Message("far"));
}

TEST_CASE("A call that throws leaves nothing behind on its thread", "[layers][errors]") {
    clear_session();
    struct Thrower : Layer {
        Tensor call(const Tensor&) override { throw ValueError("no"); }
    };
    const Sequential model{Thrower()};
    CHECK_THROWS_AS(model(zeros({1, 1}), {.training = true}), ValueError);
    layers::Dense dense(1);
    dense(zeros({1, 1}));
    CHECK(dense.kernel.path() == "dense/kernel");
    CHECK(to_string(layers::Dropout(1)(ones({2}))) == "[1. 1.]");  // no longer training
}
