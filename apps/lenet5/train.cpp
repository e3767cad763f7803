#include "augment.hpp"
#include "commands.hpp"
#include "interrupt.hpp"

#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/data/mnist.hpp>
#include <keratin/losses.hpp>
#include <keratin/models/lenet5.hpp>
#include <keratin/optimizers.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>

namespace lenet5 {

using namespace keratin;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void write_json(const TrainOptions& options, double accuracy, double loss, double seconds, int64_t images) {
    const nlohmann::ordered_json results = {{"arch", options.arch},
                                            {"test_accuracy", accuracy},
                                            {"test_loss", loss},
                                            {"train_seconds", seconds},
                                            {"images_per_second", static_cast<double>(images) / seconds},
                                            {"epochs", options.epochs},
                                            {"batch_size", options.batch_size},
                                            {"learning_rate", options.learning_rate},
                                            {"augment", options.augment},
                                            {"threads", num_threads()},
                                            {"isa", isa()},
                                            {"seed", options.seed}};
    std::ofstream file(options.json);
    file << results.dump(2) << "\n";
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
    Interrupt interrupt;
    set_num_threads(options.threads);
    set_random_seed(options.seed);
    const auto [train_set, test_set] = datasets::mnist(options.data, {.dtype = uint8});
    Sequential model = make_model(options.arch);
    model.summary();
    fmt::print("{} training images, {} test images; {} threads, {}\n", train_set.size(), test_set.size(),
               num_threads(), isa());

    const int64_t steps = (train_set.size() + options.batch_size - 1) / options.batch_size * options.epochs;
    const int64_t warmup = steps / 10;
    model.compile({.optimizer = optimizers::Adam({.learning_rate = optimizers::schedules::CosineDecay(
                                                      {.initial_learning_rate = options.learning_rate / 10,
                                                       .decay_steps = steps - warmup,
                                                       .warmup_target = options.learning_rate,
                                                       .warmup_steps = warmup})}),
                   .loss = losses::SparseCategoricalCrossentropy(),
                   .metrics = {"accuracy"}});

    const auto start = Clock::now();
    const FitOptions fit = {
        .batch_size = options.batch_size, .epochs = options.epochs, .stop = interrupt.token()};
    History history;
    if (options.augment) {
        AugmentedBatches batches(train_set, options.batch_size, options.seed);
        FitOptions counted = fit;
        counted.steps_per_epoch = batches.steps();
        history = model.fit(batches, counted);
    } else {
        history = model.fit(train_set, fit);
    }
    const double seconds = seconds_since(start);

    const Logs logs = model.evaluate(test_set, {.batch_size = 500, .verbose = 0});
    const int64_t images = static_cast<int64_t>(history.epoch.size()) * train_set.size();
    fmt::print("trained {} epochs in {:.1f} s: {:.0f} images/s\n", history.epoch.size(), seconds,
               static_cast<double>(images) / seconds);
    fmt::print("test accuracy: {:.4f} (loss {:.4f})\n", logs["accuracy"], logs["loss"]);
    if (!options.save.empty()) {
        model.save_weights(options.save);
        fmt::print("weights saved to {}\n", options.save);
    }
    if (!options.json.empty()) write_json(options, logs["accuracy"], logs["loss"], seconds, images);
    return 0;
}

}  // namespace lenet5
