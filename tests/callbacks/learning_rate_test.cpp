#include "callbacks/scripted.hpp"

using namespace keratin;
using nlohmann::json;

namespace {

/// Lets the test see what the callback remembers.
struct Plateau : callbacks::ReduceLROnPlateau {
    using ReduceLROnPlateau::ReduceLROnPlateau;
    std::optional<double> best() const { return best_; }
};

callbacks::ReduceLROnPlateauOptions options(const json& args) {
    return {.monitor = args.value("monitor", "val_loss"),
            .factor = args.value("factor", 0.1),
            .patience = args.value("patience", 10),
            .verbose = args.value("verbose", 0),
            .mode = callbacks::mode(args.value("mode", "auto")),
            .min_delta = args.value("min_delta", 1e-4),
            .cooldown = args.value("cooldown", 0),
            .min_lr = args.value("min_lr", 0.0)};
}

}  // namespace

TEST_CASE("ReduceLROnPlateau lowers the rate and prints as Keras's", "[callbacks][reduce_lr][golden]") {
    int compared = 0;
    for (const json& c : scripted::text()["reduce_lr_on_plateau"]) {
        INFO(c["name"].get<std::string>());
        Plateau callback(options(c["args"]));
        scripted::Model model = scripted::model();
        const std::string warnings = test::captured(
            [&] {
                scripted::run(callback, model, c, [&](const json& entry, const std::string& output) {
                    CHECK(output == entry["output"].get<std::string>());
                    CHECK(static_cast<float>(model.optimizer().learning_rate()) ==
                          entry["learning_rate"].get<float>());
                    CHECK(scripted::is_best(callback.best(), entry["best"]));
                });
            },
            stderr);
        CHECK(warnings.empty() == c["warnings"].empty());
        ++compared;
    }
    CHECK(compared == 9);
}

TEST_CASE("LearningRateScheduler sets the rate and prints as Keras's", "[callbacks][scheduler][golden]") {
    const json& c = scripted::text()["other_callbacks"][0];
    callbacks::LearningRateScheduler callback([](int64_t, double rate) { return rate / 2; }, 1);
    scripted::Model model = scripted::model();
    callback.model = &model;
    for (const json& entry : c["epochs"]) {
        const int64_t epoch = entry["epoch"];
        INFO("epoch " << epoch);
        CHECK(test::captured([&] { callback.on_epoch_begin(epoch, {}); }) ==
              entry["output"].get<std::string>());
        CHECK(static_cast<float>(model.optimizer().learning_rate()) == entry["learning_rate"].get<float>());
        Logs logs;
        callback.on_epoch_end(epoch, logs);
        CHECK(logs["learning_rate"] == model.optimizer().learning_rate());
    }
}

TEST_CASE("A whole rate prints with its point, as in Python", "[callbacks][scheduler]") {
    callbacks::LearningRateScheduler callback([](int64_t, double) { return 1.0; }, 1);
    scripted::Model model = scripted::model();
    callback.model = &model;
    CHECK(test::captured([&] { callback.on_epoch_begin(0, {}); }) ==
          "\nEpoch 1: LearningRateScheduler setting learning rate to 1.0.\n");
}

TEST_CASE("The learning rate of each epoch stands in the history", "[callbacks][scheduler][fit]") {
    scripted::Model model = scripted::model();
    const json& setup = scripted::text()["setup"];
    std::vector<int64_t> asked;
    const History history =
        model.fit(golden::tensor(setup["x"]), golden::tensor(setup["y"]),
                  {.epochs = 5,
                   .verbose = 0,
                   .callbacks = {callbacks::LearningRateScheduler([&](int64_t epoch, double) {
                       asked.push_back(epoch);
                       return 1.0 / static_cast<double>(1 << epoch);
                   })},
                   .initial_epoch = 2});
    CHECK(asked == std::vector<int64_t>{2, 3, 4});
    CHECK(history["learning_rate"] == std::vector<double>{0.25, 0.125, 0.0625});
}

TEST_CASE("ReduceLROnPlateau begins anew with each fit", "[callbacks][reduce_lr]") {
    Plateau callback({.monitor = "loss", .factor = 0.5, .patience = 2});
    scripted::Model model = scripted::model();
    callback.model = &model;
    Logs logs;
    logs.set("loss", 1.0);
    for (int run = 0; run < 2; ++run) {
        callback.on_train_begin({});
        CHECK_FALSE(callback.best());
        callback.on_epoch_end(0, logs);
        callback.on_epoch_end(1, logs);
    }
    CHECK(model.optimizer().learning_rate() == Approx(0.1));  // one epoch of waiting each time, never two
}

TEST_CASE("Callbacks that set the learning rate say what is wrong with it",
          "[callbacks][reduce_lr][scheduler][errors]") {
    CHECK_THROWS_MATCHES(callbacks::ReduceLROnPlateau({.factor = 1.0}), ValueError,
                         Message("ReduceLROnPlateau: factor is 1; it must be above 0 and below 1"));
    CHECK_THROWS_MATCHES(callbacks::ReduceLROnPlateau({.factor = 0.0}), ValueError,
                         Message("ReduceLROnPlateau: factor is 0; it must be above 0 and below 1"));
    scripted::Model model = scripted::model();
    callbacks::LearningRateScheduler negative([](int64_t, double) { return -1.0; });
    negative.model = &model;
    CHECK_THROWS_MATCHES(negative.on_epoch_begin(0, {}), ValueError,
                         Message("sgd: learning_rate is -1; it must not be negative"));
    model.compile(
        {.optimizer = optimizers::Adam({.learning_rate = [](int64_t) { return 0.5; }}), .loss = "mse"});
    CHECK_THROWS_MATCHES(
        negative.on_epoch_begin(0, {}), ValueError,
        Message("adam: the learning rate follows a schedule; make the optimizer with a number to set it"));
}
