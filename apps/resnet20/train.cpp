#include "train.hpp"

#include "augment.hpp"
#include "common/files.hpp"
#include "common/interrupt.hpp"

#include <keratin/callbacks/lambda_callback.hpp>
#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>
#include <keratin/core/threads.hpp>
#include <keratin/data/mnist.hpp>
#include <keratin/losses.hpp>
#include <keratin/models/resnet.hpp>
#include <keratin/ops/shaping.hpp>
#include <keratin/optimizers.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace resnet20 {

using namespace keratin;

namespace {

Dataset first_images(const Dataset& data, int64_t count) {
    if (count == 0 || count >= data.size()) return data;
    return {slice(data.x, {{0, count}}), slice(data.y, {{0, count}}), data.scale};
}

/// Up to the learning rate within an epoch, then half a cosine down to nothing. Only kernels decay.
optimizers::SGD make_optimizer(const TrainOptions& options, int64_t steps_per_epoch) {
    const int64_t steps = steps_per_epoch * options.epochs;
    const int64_t warmup = std::min(steps_per_epoch, steps / 10);
    optimizers::SGD optimizer({.learning_rate = optimizers::schedules::CosineDecay(
                                   {.initial_learning_rate = options.learning_rate / 10,
                                    .decay_steps = steps - warmup,
                                    .warmup_target = options.learning_rate,
                                    .warmup_steps = warmup}),
                               .momentum = 0.9,
                               .nesterov = true,
                               .weight_decay = options.weight_decay});
    optimizer.exclude_from_weight_decay({"gamma", "beta", "bias"});
    return optimizer;
}

/// Times what an epoch takes without its test, and prints a line for it.
class EpochTimer {
public:
    explicit EpochTimer(int64_t images, int64_t epochs) : images_(images), epochs_(epochs) {}

    callbacks::LambdaCallback callback() {
        return callbacks::LambdaCallback(
            {.on_epoch_begin = [this](int64_t, const Logs&) { start_ = Clock::now(); },
             .on_epoch_end = [this](int64_t epoch, Logs& logs) { print(epoch, logs); },
             .on_test_begin = [this](const Logs&) { trained_ = Clock::now(); }});
    }

private:
    using Clock = std::chrono::steady_clock;

    void print(int64_t epoch, const Logs& logs) const {
        const double seconds = std::chrono::duration<double>(trained_ - start_).count();
        fmt::print(
            "epoch {}/{}: loss {:.4f}, accuracy {:.4f}, test loss {:.4f}, test accuracy {:.4f}, {:.1f} s, "
            "{:.0f} images/s\n",
            epoch + 1, epochs_, logs["loss"], logs["accuracy"], logs["val_loss"], logs["val_accuracy"],
            seconds, static_cast<double>(images_) / seconds);
        std::fflush(stdout);
    }

    int64_t images_, epochs_;
    Clock::time_point start_, trained_;
};

}  // namespace

int train(const TrainOptions& options) {
    apps::require_writable(options.save);
    const apps::Interrupt interrupt;
    set_num_threads(options.threads);
    set_random_seed(options.seed);
    const auto [all, test_set] = datasets::fashion_mnist(options.data, {.dtype = uint8});
    const Dataset train_set = first_images(all, options.images);
    const AugmentedBatches batches(train_set, options.batch_size, options.seed);
    Model model = models::resnet20({.n = options.n, .input_shape = train_set.x.shape().slice(1, 4)});
    fmt::print("{}: {} parameters; {} training images, {} test images; {} threads, {}\n", model.name(),
               model.count_params(), train_set.size(), test_set.size(), num_threads(), isa());
    model.compile({.optimizer = make_optimizer(options, batches.steps()),
                   .loss = losses::SparseCategoricalCrossentropy(),
                   .metrics = {"accuracy"}});
    EpochTimer timer(train_set.size(), options.epochs);
    model.fit(batches, {.epochs = options.epochs,
                        .verbose = 0,
                        .callbacks = {timer.callback()},
                        .validation_data = test_set,
                        .steps_per_epoch = batches.steps(),
                        .validation_batch_size = 500,
                        .stop = interrupt.token()});
    const Logs test = model.evaluate(test_set, {.batch_size = 500, .verbose = 0});
    fmt::print("test accuracy: {:.4f} (loss {:.4f})\n", test["accuracy"], test["loss"]);
    if (!options.save.empty()) {
        model.save_weights(options.save);
        fmt::print("weights saved to {}\n", options.save);
    }
    if (std::isfinite(test["loss"])) return 0;
    fmt::print(stderr, "resnet20: the training has diverged; try a smaller --learning-rate\n");
    return 1;
}

}  // namespace resnet20
