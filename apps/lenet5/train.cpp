#include "augment.hpp"
#include "commands.hpp"
#include "common/files.hpp"
#include "common/interrupt.hpp"

#include <keratin/callbacks/backup_and_restore.hpp>
#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/data/mnist.hpp>
#include <keratin/losses.hpp>
#include <keratin/models/lenet5.hpp>
#include <keratin/optimizers.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <fstream>

namespace lenet5 {

using namespace keratin;

namespace {

int64_t steps_per_epoch(const Dataset& data, const TrainOptions& options) {
    return (data.size() + options.batch_size - 1) / options.batch_size;
}

/// A tenth of the steps up to the learning rate, then half a cosine down to nothing.
optimizers::Adam make_optimizer(double learning_rate, int64_t steps) {
    const int64_t warmup = steps / 10;
    return optimizers::Adam(
        {.learning_rate = optimizers::schedules::CosineDecay({.initial_learning_rate = learning_rate / 10,
                                                              .decay_steps = steps - warmup,
                                                              .warmup_target = learning_rate,
                                                              .warmup_steps = warmup})});
}

/// Notes how many steps another process had done before this one goes on.
class FirstStep : public callbacks::Callback {
public:
    void on_train_batch_begin(int64_t, const Logs&) override {
        if (!before) before = model->optimizer().iterations();
    }
    std::optional<int64_t> before;
};

struct Result {
    int64_t epochs = 0;  ///< completed
    int64_t images = 0;  ///< seen by this process, each epoch anew
    double seconds = 0;
    bool interrupted = false;
};

Result run_fit(Sequential& model, const Dataset& data, const TrainOptions& options, std::stop_token stop) {
    FitOptions fit = {.batch_size = options.batch_size, .epochs = options.epochs, .stop = stop};
    const int64_t steps = steps_per_epoch(data, options);
    FirstStep first;
    if (!options.backup.empty())
        fit.callbacks = {callbacks::BackupAndRestore(options.backup), std::ref(first)};
    const auto start = std::chrono::steady_clock::now();
    if (options.augment) {
        fit.steps_per_epoch = steps;
        model.fit(AugmentedBatches(data, options.batch_size, options.seed), fit);
    } else {
        model.fit(data, fit);
    }
    Result result;
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const int64_t done = model.optimizer().iterations();
    const auto images = [&](int64_t n) { return n / steps * data.size() + n % steps * options.batch_size; };
    result.epochs = done / steps;
    result.images = images(done) - images(first.before.value_or(options.backup.empty() ? 0 : done));
    result.interrupted = result.epochs < options.epochs;
    return result;
}

void write_json(const TrainOptions& options, const Result& result, const Logs& test) {
    const nlohmann::ordered_json json = {
        {"arch", options.arch},
        {"test_accuracy", test["accuracy"]},
        {"test_loss", test["loss"]},
        {"train_seconds", result.seconds},
        {"images_per_second", static_cast<double>(result.images) / result.seconds},
        {"epochs", result.epochs},
        {"interrupted", result.interrupted},
        {"batch_size", options.batch_size},
        {"learning_rate", options.learning_rate},
        {"augment", options.augment},
        {"threads", num_threads()},
        {"isa", isa()},
        {"seed", options.seed}};
    std::ofstream file(options.json);
    file << json.dump(2) << "\n";
    if (!file.flush()) fail<IoError>("{}: cannot be written", options.json);
}

}  // namespace

Sequential make_model(const std::string& arch) {
    clear_session();
    Sequential model = models::lenet5({.modern = arch == "modern", .name = "lenet5_" + arch});
    model.build({Shape::unknown, 28, 28, 1});
    return model;
}

int train(const TrainOptions& options) {
    apps::require_writable(options.save);
    apps::require_writable(options.json);
    const apps::Interrupt interrupt;
    set_num_threads(options.threads);
    set_random_seed(options.seed);
    const auto [train_set, test_set] = datasets::mnist(options.data, {.dtype = uint8});
    Sequential model = make_model(options.arch);
    model.summary();
    fmt::print("{} training images, {} test images; {} threads, {}\n", train_set.size(), test_set.size(),
               num_threads(), isa());
    model.compile({.optimizer = make_optimizer(options.learning_rate,
                                               steps_per_epoch(train_set, options) * options.epochs),
                   .loss = losses::SparseCategoricalCrossentropy(),
                   .metrics = {"accuracy"}});

    const Result result = run_fit(model, train_set, options, interrupt.token());
    fmt::print("trained {} epochs{} in {:.1f} s: {:.0f} images/s\n", result.epochs,
               result.interrupted ? " and a part" : "", result.seconds,
               static_cast<double>(result.images) / result.seconds);
    const Logs test = model.evaluate(test_set, {.batch_size = 500, .verbose = 0});
    fmt::print("test accuracy: {:.4f} (loss {:.4f})\n", test["accuracy"], test["loss"]);
    if (!options.save.empty()) {
        model.save_weights(options.save);
        fmt::print("weights saved to {}\n", options.save);
    }
    if (!options.json.empty()) write_json(options, result, test);
    if (std::isfinite(test["loss"])) return 0;
    fmt::print(stderr, "lenet5: the training has diverged; try a smaller --learning-rate\n");
    return 1;
}

}  // namespace lenet5
