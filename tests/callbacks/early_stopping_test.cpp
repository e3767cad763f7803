#include "callbacks/scripted.hpp"

using namespace keratin;
using nlohmann::json;

namespace {

callbacks::EarlyStoppingOptions options(const json& args) {
    callbacks::EarlyStoppingOptions result{.monitor = args.value("monitor", "val_loss"),
                                           .min_delta = args.value("min_delta", 0.0),
                                           .patience = args.value("patience", 0),
                                           .verbose = args.value("verbose", 0),
                                           .mode = callbacks::mode(args.value("mode", "auto")),
                                           .restore_best_weights = args.value("restore_best_weights", false),
                                           .start_from_epoch = args.value("start_from_epoch", 0)};
    if (args.contains("baseline")) result.baseline = args["baseline"].get<double>();
    return result;
}

}  // namespace

TEST_CASE("EarlyStopping stops, restores and prints as Keras's", "[callbacks][early_stopping][golden]") {
    int compared = 0;
    for (const json& c : scripted::text()["early_stopping"]) {
        INFO(c["name"].get<std::string>());
        callbacks::EarlyStopping callback(options(c["args"]));
        scripted::Model model = scripted::model();
        const std::string warnings = test::captured(
            [&] {
                scripted::run(callback, model, c, [&](const json& entry, const std::string& output) {
                    CHECK(output == entry["output"].get<std::string>());
                    CHECK(model.stopping() == entry["stop"].get<bool>());
                    CHECK(scripted::is_best(callback.best(), entry["best"]));
                });
            },
            stderr);
        CHECK(warnings.empty() == c["warnings"].empty());
        const bool stopped = c["epochs"].back()["stop"];
        CHECK(callback.stopped_epoch == (stopped ? static_cast<int64_t>(c["epochs"].size()) - 1 : 0));
        ++compared;
    }
    CHECK(compared == 20);
}

TEST_CASE("EarlyStopping says on standard error when its value is not in the logs",
          "[callbacks][early_stopping]") {
    callbacks::EarlyStopping callback;
    scripted::Model model = scripted::model();
    callback.model = &model;
    Logs logs;
    logs.set("accuracy", 1);
    logs.set("loss", 1);
    CHECK(
        test::captured([&] { callback.on_epoch_end(0, logs); }, stderr) ==
        "keratin: the callback watches \"val_loss\", which is not in the logs; there are: accuracy, loss\n");
    CHECK_FALSE(model.stopping());
}

TEST_CASE("EarlyStopping begins anew with each fit", "[callbacks][early_stopping]") {
    callbacks::EarlyStopping callback;
    scripted::Model model = scripted::model();
    callback.model = &model;
    Logs logs;
    for (int run = 0; run < 2; ++run) {
        callback.on_train_begin({});
        CHECK_FALSE(callback.best());
        CHECK(callback.stopped_epoch == 0);
        logs.set("val_loss", 1.0 + run);  // worse than the last of the run before, yet the first of this one
        callback.on_epoch_end(0, logs);
        CHECK(callback.best() == 1.0 + run);
        callback.on_epoch_end(1, logs);
        CHECK(callback.stopped_epoch == 1);
    }
}

TEST_CASE("EarlyStopping ends a fit and gives the best weights back", "[callbacks][early_stopping][fit]") {
    scripted::Model model = scripted::model();
    const json& setup = scripted::text()["setup"];
    // Its learning rate makes the loss rise: the first epoch is the best.
    model.optimizer().set_learning_rate(1000);
    callbacks::EarlyStopping stopping({.monitor = "loss", .patience = 2, .restore_best_weights = true});
    std::vector<Tensor> best;
    callbacks::LambdaCallback keeper({.on_epoch_end = [&](int64_t epoch, Logs&) {
        if (epoch == 0) best = model.get_weights();
    }});
    const History history =
        model.fit(golden::tensor(setup["x"]), golden::tensor(setup["y"]),
                  {.epochs = 10, .verbose = 0, .callbacks = {std::ref(stopping), keeper}});
    CHECK(history.epoch == std::vector<int64_t>{0, 1, 2});
    CHECK(stopping.stopped_epoch == 2);
    CHECK(stopping.best_epoch == 0);
    const std::vector<Tensor> now = model.get_weights();
    for (size_t i = 0; i < now.size(); ++i)
        CHECK(std::ranges::equal(now[i].data<float>(), best[i].data<float>()));
}

TEST_CASE("EarlyStopping says what is wrong with its arguments", "[callbacks][early_stopping][errors]") {
    CHECK_THROWS_MATCHES(callbacks::EarlyStopping({.patience = -1}), ValueError,
                         Message("EarlyStopping: patience is -1; it must not be negative"));
    CHECK_THROWS_MATCHES(callbacks::mode("up"), ValueError,
                         Message("mode: \"up\" is not known; use \"auto\", \"min\" or \"max\""));
}
