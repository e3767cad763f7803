#include "support/catch.hpp"

#include "models/watched.hpp"
#include "support/capture.hpp"
#include "support/recorder.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers.hpp>
#include <keratin/losses.hpp>
#include <keratin/models/model.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using watched::Batches;
using watched::numbered;
using watched::range;

TEST_CASE("evaluate runs through the samples in order, the last batch included", "[models][evaluate]") {
    Batches seen;
    const Sequential model = watched::model(seen);
    model.evaluate(numbered(7), {.batch_size = 3, .verbose = 0});
    CHECK(seen == Batches{{0, 1, 2}, {3, 4, 5}, {6}});
    seen.clear();
    model.evaluate(numbered(7), {.batch_size = 3, .verbose = 0, .steps = 2});
    CHECK(seen == Batches{{0, 1, 2}, {3, 4, 5}});
    seen.clear();
    model.evaluate(numbered(40), {.verbose = 0});
    CHECK(seen == Batches{range(0, 32), range(32, 40)});
}

TEST_CASE("evaluate and test_on_batch change nothing and agree", "[models][evaluate]") {
    Sequential model(layers::Dense(4), layers::BatchNormalization(), layers::Dropout(0.5), layers::Dense(1));
    model.compile({.optimizer = "adam", .loss = "mse", .metrics = {"mae"}});
    const Tensor x = numbers::distinct({6, 3}, 1, 1.0, float32),
                 y = numbers::distinct({6, 1}, 2, 1.0, float32);
    model.build({1, 3});
    std::vector<Tensor> before;
    for (const Tensor& weight : model.get_weights()) before.push_back(weight);
    const Logs all = model.evaluate(x, y, {.batch_size = 6, .verbose = 0});
    const Logs batch = model.test_on_batch(x, y);
    CHECK(all["loss"] == batch["loss"]);
    CHECK(all["mae"] == batch["mae"]);
    CHECK(model.evaluate(x, y, {.batch_size = 4, .verbose = 0})["loss"] == Approx(all["loss"]).epsilon(1e-6));
    for (size_t i = 0; i < before.size(); ++i)
        CHECK(numbers::difference(model.get_weights()[i], before[i]) == 0);
    CHECK_FALSE(model.optimizer().built());
    const Tensor p = model.predict(x);
    CHECK(all["loss"] == Approx(reduce_mean(square(p - y)).item<double>()).epsilon(1e-6));
    CHECK(all["mae"] == Approx(reduce_mean(abs(p - y)).item<double>()).epsilon(1e-6));
}

TEST_CASE("train_on_batch answers with this batch's logs alone", "[models][fit]") {
    Batches seen;
    Sequential model = watched::model(seen);
    const Dataset a = numbered(3), b = numbered(3, 50);
    const double first = model.test_on_batch(a.x, a.y)["loss"];
    CHECK(model.train_on_batch(a.x, a.y)["loss"] == Approx(first));
    const double second = model.test_on_batch(b.x, b.y)["loss"];
    CHECK(model.train_on_batch(b.x, b.y)["loss"] == Approx(second));
    CHECK(second > 100 * first);
    CHECK(model.optimizer().iterations() == 2);
}

TEST_CASE("predict puts the batches together", "[models][predict]") {
    Batches seen;
    Sequential model = watched::model(seen);
    model.build({1, 2});
    model.variables()[0].assign(Tensor::from({1.f, 0.5f}, {2, 1}));
    const int64_t batch_size = GENERATE(1, 3, 7, 100);
    const Tensor p = model.predict(numbered(7), {.batch_size = batch_size});
    CHECK(p.shape() == Shape{7, 1});
    for (int i = 0; i < 7; ++i) CHECK(p.at<float>({i, 0}) == static_cast<float>(i) + 0.5f);
    CHECK(numbers::difference(model.predict_on_batch(numbered(7).x), p) == 0);
}

TEST_CASE("predict answers for the steps it was asked for, and for no samples", "[models][predict]") {
    Batches seen;
    const Sequential model = watched::model(seen);
    CHECK(model.predict(numbered(7), {.batch_size = 3, .steps = 2}).shape() == Shape{6, 1});
    CHECK(model.predict(zeros({0, 2})).shape() == Shape{0, 1});
    CHECK(model.predict(Dataset{zeros({0, 2}, uint8), {}, 0.5}).shape() == Shape{0, 1});
}

TEST_CASE("predict joins outputs that have no row for each sample, as Keras does", "[models][predict]") {
    const auto of = [](auto function) {
        const KerasTensor x = Input({3});
        return Model(x, layers::Lambda(function)(x));
    };
    const Tensor x = reshape(arange(0, 12), {4, 3});
    const Model twice = of([](const Tensor& t) { return concat({t, t}, 0); });
    const Tensor p = twice.predict(x, {.batch_size = 3});
    CHECK(p.shape() == Shape{8, 3});
    CHECK(p.at<float>({7, 2}) == 11);
    const Model sums = of([](const Tensor& t) { return reduce_sum(t, {0}); });
    CHECK(sums.predict(x, {.batch_size = 4}).shape() == Shape{3});
    const Model turned = of([](const Tensor& t) { return transpose(t, {1, 0}); });
    CHECK(turned.predict(x, {.batch_size = 4}).shape() == Shape{3, 4});
    CHECK_THROWS_AS(turned.predict(x, {.batch_size = 3}), ShapeError);

    // Three rows of three samples, and then of the one that is left.
    CHECK_THROWS_WITH(sums.predict(x, {.batch_size = 3}),
                      Catch::Contains("output 0 of a batch of 1 has shape (3,), (1,) was expected"));
    const Model scalar = of([](const Tensor& t) { return reduce_sum(t); });
    CHECK_THROWS_WITH(scalar.predict(x), Catch::Contains("output 0 is a scalar"));
}

TEST_CASE("predict needs no compile(), and records nothing", "[models][predict]") {
    const Sequential model(layers::Dense(2));
    const Tensor x = Tensor::from({1.f, 2.f}, {1, 2});
    GradientTape tape;
    tape.watch(x);
    const Tensor p = model.predict(x);
    CHECK(p.node().recorder == 0);
    CHECK(model.predict_on_batch(x).node().recorder == 0);
}

TEST_CASE("predict is silent unless told otherwise, evaluate speaks", "[models][predict][evaluate]") {
    // Keras's predict draws a bar by default.
    Batches seen;
    const Sequential model = watched::model(seen);
    const auto output = [](const auto& function) { return test::without_times(test::captured(function)); };
    const std::string bar = "2/2 ━━━━━━━━━━━━━━━━━━━━ 0s 0s/step";
    CHECK(output([&] { model.predict(numbered(4), {.batch_size = 2}); }) == "");
    CHECK(output([&] { model.predict(numbered(4), {.batch_size = 2, .verbose = 1}); }) == bar + "\n");
    CHECK(output([&] { model.predict(numbered(4), {.batch_size = 2, .verbose = 2}); }) ==
          "2/2 - 0s - 0s/step\n");
    CHECK(output([&] { model.evaluate(numbered(1), {.batch_size = 2}); }) ==
          "1/1 ━━━━━━━━━━━━━━━━━━━━ 0s 0s/step - loss: 0.0000e+00\n");
    CHECK(output([&] { model.evaluate(numbered(1), {.verbose = 0}); }) == "");
}

TEST_CASE("evaluate and predict check what they get", "[models][evaluate][predict][errors]") {
    clear_session();
    Batches seen;
    const Sequential model = watched::model(seen);
    const Dataset data = numbered(4);
    CHECK_THROWS_MATCHES(model.evaluate(data, {.batch_size = 0}), ValueError,
                         Message("sequential: batch_size is 0; it must be at least 1"));
    CHECK_THROWS_MATCHES(model.evaluate(data, {.steps = 0}), ValueError,
                         Message("sequential: steps is 0; it must be at least 1"));
    CHECK_THROWS_MATCHES(model.evaluate(data.x, {}), ValueError,
                         Message("sequential: evaluate needs y, the targets"));
    CHECK_THROWS_MATCHES(model.evaluate(data.x, zeros({3, 1})), ShapeError,
                         Message("sequential: evaluate got x of shape (4, 2) and y of shape (3, 1); the "
                                 "first extents must agree"));
    CHECK_THROWS_MATCHES(model.evaluate(zeros({0, 2}), zeros({0, 1})), ValueError,
                         Message("sequential: evaluate got no samples: x has shape (0, 2)"));
    CHECK_THROWS_MATCHES(model.predict(Tensor()), ValueError,
                         Message("sequential: predict needs x, a tensor of samples"));
    CHECK_THROWS_MATCHES(model.predict(Tensor::scalar(1)), ValueError,
                         Message("sequential: predict needs x, a tensor of samples"));
    CHECK_THROWS_MATCHES(model.predict(data, {.batch_size = -3}), ValueError,
                         Message("sequential: batch_size is -3; it must be at least 1"));
    CHECK_THROWS_MATCHES(model.predict(data, {.steps = 0}), ValueError,
                         Message("sequential: steps is 0; it must be at least 1"));
}
