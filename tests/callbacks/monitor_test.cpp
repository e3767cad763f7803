#include "callbacks/scripted.hpp"

using namespace keratin;

namespace {

/// A callback that only watches.
struct Watcher : callbacks::Monitor {
    explicit Watcher(std::string monitor, callbacks::Mode mode = callbacks::Mode::automatic,
                     double min_delta = 0)
        : Monitor(std::move(monitor), mode, min_delta, {}) {}

    /// True when a value after another is an improvement.
    bool prefers(double value, double before) {
        best_ = before;
        return improves(value);
    }
};

}  // namespace

TEST_CASE("Mode auto asks the metric of that name which way is up", "[callbacks][monitor]") {
    scripted::Model model = scripted::model();
    const auto sample = [&](const CompileOptions& options) {
        model.compile(options);
        model.test_on_batch(zeros({2, 4}), zeros({2}, int32));
    };
    sample({.optimizer = "sgd",
            .loss = "sparse_categorical_crossentropy",
            .metrics = {"accuracy", "sparse_categorical_crossentropy"},
            .weighted_metrics = {"sparse_top_k_categorical_accuracy"}});
    const auto [monitor, rises] =
        GENERATE(table<const char*, bool>({{"loss", false},
                                           {"val_loss", false},
                                           {"accuracy", true},
                                           {"val_accuracy", true},
                                           {"sparse_categorical_crossentropy", false},
                                           {"val_sparse_categorical_crossentropy", false},
                                           {"sparse_top_k_categorical_accuracy", true}}));
    INFO(monitor);
    Watcher watcher(monitor);
    watcher.model = &model;
    CHECK(watcher.prefers(2, 1) == rises);
    CHECK(watcher.prefers(1, 2) == !rises);
    CHECK_FALSE(watcher.prefers(1, 1));
}

TEST_CASE("min_delta counts whatever its sign", "[callbacks][monitor]") {
    const double sign = GENERATE(1, -1);
    Watcher falling("x", callbacks::Mode::min, sign * 0.5), rising("x", callbacks::Mode::max, sign * 0.5);
    CHECK(falling.prefers(0.25, 1));
    CHECK_FALSE(falling.prefers(0.5, 1));
    CHECK(rising.prefers(1.75, 1));
    CHECK_FALSE(rising.prefers(1.5, 1));
}

TEST_CASE("Mode auto refuses a name that no metric has", "[callbacks][monitor][errors]") {
    Watcher watcher("val_score");
    scripted::Model model = scripted::model();
    watcher.model = &model;
    CHECK_THROWS_MATCHES(
        watcher.prefers(1, 2), ValueError,
        Message("callback: whether \"val_score\" should rise or fall is not known; give .mode = "
                "Mode::min or Mode::max"));
    // The metrics of an earlier compile() say nothing any more.
    Watcher accuracy("accuracy");
    accuracy.model = &model;
    model.compile({.optimizer = "sgd", .loss = "mse"});
    CHECK_THROWS_AS(accuracy.prefers(1, 2), ValueError);
}

TEST_CASE("LambdaCallback calls the functions that it was given", "[callbacks][lambda]") {
    scripted::Model model = scripted::model();
    const nlohmann::json& setup = scripted::text()["setup"];
    std::vector<std::string> calls;
    const auto note = [&](const char* name) { calls.push_back(name); };
    const auto note_index = [&](const char* name, int64_t i) {
        calls.push_back(fmt::format("{} {}", name, i));
    };
    callbacks::LambdaCallback callback(
        {.on_epoch_begin = [&](int64_t i, const Logs&) { note_index("epoch begin", i); },
         .on_epoch_end = [&](int64_t i, Logs&) { note_index("epoch end", i); },
         .on_train_begin = [&](const Logs&) { note("train begin"); },
         .on_train_end = [&](const Logs&) { note("train end"); },
         .on_train_batch_begin = [&](int64_t i, const Logs&) { note_index("batch begin", i); },
         .on_train_batch_end = [&](int64_t i, const Logs&) { note_index("batch end", i); }});
    const FitOptions options = {
        .batch_size = 4, .verbose = 0, .callbacks = {callback, callbacks::LambdaCallback({})}};
    model.fit(golden::tensor(setup["x"]), golden::tensor(setup["y"]), options);
    CHECK(calls == std::vector<std::string>{"train begin", "epoch begin 0", "batch begin 0", "batch end 0",
                                            "batch begin 1", "batch end 1", "epoch end 0", "train end"});
}
