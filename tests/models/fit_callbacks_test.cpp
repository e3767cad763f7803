#include "support/catch.hpp"

#include "models/watched.hpp"
#include "support/capture.hpp"
#include "support/recorder.hpp"

#include <keratin/callbacks.hpp>

using namespace keratin;
using watched::Batches;
using watched::numbered;

namespace {

struct Interruption : std::runtime_error {
    using std::runtime_error::runtime_error;
};

bool all_finite(const Model& model) {
    for (const Tensor& weight : model.get_weights())
        for (const double value : numbers::of(weight))
            if (!std::isfinite(value)) return false;
    return true;
}

}  // namespace

TEST_CASE("An exception from any hook leaves a usable model", "[models][fit][callbacks]") {
    const std::string hook =
        GENERATE(as<std::string>{}, "on_train_begin", "on_epoch_begin", "on_train_batch_begin",
                 "on_train_batch_end", "on_test_begin", "on_test_batch_begin", "on_test_batch_end",
                 "on_test_end", "on_epoch_end", "on_train_end");
    INFO(hook);
    Batches seen;
    Sequential model = watched::model(seen);
    const Dataset data = numbered(6);
    const FitOptions healthy{.batch_size = 2, .verbose = 0, .validation_data = data};
    FitOptions interrupted = healthy;
    interrupted.callbacks = {test::Recorder([&](const test::Event& event) {
        if (event.hook == hook) throw Interruption(hook);
    })};
    CHECK_THROWS_AS(model.fit(data, interrupted), Interruption);
    CHECK(model.fit(data, healthy).epoch.size() == 1);
    CHECK(model.evaluate(data, {.verbose = 0}).contains("loss"));
    CHECK(model.predict(data).shape() == Shape{6, 1});
    CHECK(all_finite(model));
}

TEST_CASE("So does one from evaluate's and predict's hooks", "[models][callbacks]") {
    const std::string hook = GENERATE(as<std::string>{}, "on_test_begin", "on_test_batch_begin",
                                      "on_test_batch_end", "on_test_end", "on_predict_begin",
                                      "on_predict_batch_begin", "on_predict_batch_end", "on_predict_end");
    INFO(hook);
    Batches seen;
    Sequential model = watched::model(seen);
    const Dataset data = numbered(6);
    const std::vector<CallbackHandle> throwing = {test::Recorder([&](const test::Event& event) {
        if (event.hook == hook) throw Interruption(hook);
    })};
    if (hook.starts_with("on_test"))
        CHECK_THROWS_AS(model.evaluate(data, {.verbose = 0, .callbacks = throwing}), Interruption);
    else
        CHECK_THROWS_AS(model.predict(data, {.callbacks = throwing}), Interruption);
    CHECK(model.fit(data, {.verbose = 0}).epoch.size() == 1);
}

TEST_CASE("An exception from a layer, a loss or a metric leaves a usable model", "[models][fit]") {
    Batches seen;
    Sequential model = watched::model(seen);
    bool broken = true;
    const auto loss = [&](const Tensor& y_true, const Tensor& y_pred) {
        if (broken) throw Interruption("loss");
        return reduce_mean(square(y_true - y_pred), -1);
    };
    const auto metric = watched::Spy([&](const Tensor&, const Tensor&, const Tensor&) {
        if (broken) throw Interruption("metric");
    });
    const bool in_loss = GENERATE(true, false);
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 1e-4}),
                   .loss = in_loss ? LossHandle(loss) : LossHandle("mse"),
                   .metrics = {metric}});
    CHECK_THROWS_AS(model.fit(numbered(4), {.verbose = 0}), Interruption);
    CHECK_THROWS_AS(model.train_on_batch(numbered(4).x, numbered(4).y), Interruption);
    broken = false;
    CHECK(model.fit(numbered(4), {.verbose = 0})["spy"] == std::vector<double>{1});
    CHECK(all_finite(model));
}

TEST_CASE("What a callback writes into the logs of an epoch, others see, and the history keeps",
          "[models][fit][callbacks]") {
    Batches seen;
    Sequential model = watched::model(seen);
    std::vector<std::string> later;
    const callbacks::LambdaCallback writer({.on_epoch_end = [](int64_t epoch, Logs& logs) {
        logs.set("score", static_cast<double>(epoch) + 0.5);
        logs.set("loss", -1);
    }});
    const callbacks::LambdaCallback reader({.on_epoch_end = [&](int64_t, Logs& logs) {
        for (const auto& [name, value] : logs) later.push_back(name);
    }});
    History history;
    const std::string output = test::captured([&] {
        history = model.fit(numbered(3), {.epochs = 2, .verbose = 2, .callbacks = {writer, reader}});
    });
    CHECK(history["score"] == std::vector<double>{0.5, 1.5});
    CHECK(history["loss"] == std::vector<double>{-1, -1});
    CHECK(later == std::vector<std::string>{"loss", "score", "loss", "score"});
    CHECK(test::without_times(output) ==
          "Epoch 1/2\n1/1 - 0s - 0s/step - loss: -1.0000e+00 - score: 0.5000\n"
          "Epoch 2/2\n1/1 - 0s - 0s/step - loss: -1.0000e+00 - score: 1.5000\n");
}

TEST_CASE("What a callback prints at an epoch's start stands above the epoch's line",
          "[models][fit][callbacks]") {
    Batches seen;
    Sequential model = watched::model(seen);
    const callbacks::LambdaCallback talker(
        {.on_epoch_begin = [](int64_t, const Logs&) { fmt::print("begin\n"); },
         .on_epoch_end = [](int64_t, Logs&) { fmt::print("end\n"); }});
    const std::string output =
        test::captured([&] { model.fit(numbered(3), {.epochs = 2, .verbose = 2, .callbacks = {talker}}); });
    CHECK(output.starts_with("begin\nEpoch 1/2\nend\n1/1 - 0s - "));
}

TEST_CASE("stop_training ends fit after the running batch, wherever it is called",
          "[models][fit][callbacks]") {
    // As in Keras: the epoch is validated and ends, and a batch is trained even if all is over before.
    const auto [hook, batches, epochs] =
        GENERATE(table<std::string, size_t, size_t>({{"on_train_begin", 1, 1},
                                                     {"on_epoch_begin", 1, 1},
                                                     {"on_train_batch_begin", 1, 1},
                                                     {"on_train_batch_end", 1, 1},
                                                     {"on_test_begin", 3, 1},
                                                     {"on_epoch_end", 3, 1}}));
    INFO(hook);
    Batches seen;
    Sequential model = watched::model(seen);
    test::Recorder recorder([&, wanted = hook](const test::Event& event) {
        if (event.hook == wanted) model.stop_training();
    });
    const History history = model.fit(numbered(6), {.batch_size = 2,
                                                    .epochs = 5,
                                                    .verbose = 0,
                                                    .callbacks = {std::ref(recorder)},
                                                    .validation_data = numbered(1, 9)});
    CHECK(history.epoch.size() == epochs);
    CHECK(seen.size() == batches + 1);
    CHECK(seen.back() == std::vector<int>{9});
    CHECK(recorder.events.back().hook == "on_train_end");
    CHECK(model.fit(numbered(6), {.epochs = 2, .verbose = 0}).epoch.size() == 2);  // forgotten by then
}

TEST_CASE("A callback knows the model and what is planned", "[models][callbacks]") {
    Batches seen;
    Sequential model = watched::model(seen);
    test::Recorder recorder;
    model.fit(numbered(7), {.batch_size = 3, .epochs = 2, .verbose = 0, .callbacks = {std::ref(recorder)}});
    CHECK(recorder.model == &model);
    CHECK(recorder.params.epochs == 2);
    CHECK(recorder.params.steps == 3);
    CHECK(recorder.params.verbose == 0);
    const Sequential other = model;
    other.evaluate(numbered(3), {.verbose = 0, .callbacks = {std::ref(recorder)}});
    CHECK(recorder.model == &other);
}

TEST_CASE("A callback is given as an object, a reference or a shared pointer", "[models][callbacks]") {
    Batches seen;
    Sequential model = watched::model(seen);
    test::Recorder copied, referred;
    const auto shared = std::make_shared<test::Recorder>();
    model.fit(numbered(1), {.verbose = 0, .callbacks = {copied, std::ref(referred), shared}});
    CHECK(copied.events.empty());
    CHECK(referred.events.size() == 6);
    CHECK(shared->events == referred.events);
}
