#include <keratin/callbacks/learning_rate.hpp>

#include "core/float_format.hpp"

#include <keratin/models/model.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace keratin::callbacks {

LearningRateScheduler::LearningRateScheduler(Schedule schedule, int verbose)
    : schedule_(std::move(schedule)), verbose_(verbose) {}

void LearningRateScheduler::on_epoch_begin(int64_t epoch, const Logs&) {
    optimizers::Optimizer& optimizer = model->optimizer();
    const double rate = schedule_(epoch, optimizer.learning_rate());
    optimizer.set_learning_rate(rate);
    if (verbose_ > 0)
        fmt::print("\nEpoch {}: LearningRateScheduler setting learning rate to {}.\n", epoch + 1,
                   float_text(rate));
}

void LearningRateScheduler::on_epoch_end(int64_t, Logs& logs) {
    logs.set("learning_rate", model->optimizer().learning_rate());
}

ReduceLROnPlateau::ReduceLROnPlateau(ReduceLROnPlateauOptions options)
    : Monitor(options.monitor, options.mode, options.min_delta, {}), options_(std::move(options)) {
    if (!(options_.factor < 1 && options_.factor > 0))
        fail<ValueError>("ReduceLROnPlateau: factor is {}; it must be above 0 and below 1", options_.factor);
}

void ReduceLROnPlateau::on_train_begin(const Logs&) {
    wait_ = 0;
    cooldown_ = 0;
    best_.reset();
}

void ReduceLROnPlateau::on_epoch_end(int64_t epoch, Logs& logs) {
    optimizers::Optimizer& optimizer = model->optimizer();
    logs.set("learning_rate", optimizer.learning_rate());
    const double* current = monitored(logs);
    if (!current) return;
    if (cooldown_ > 0) {
        --cooldown_;
        wait_ = 0;
    }
    if (improves(*current)) {
        best_ = *current;
        wait_ = 0;
        return;
    }
    if (cooldown_ > 0 || ++wait_ < options_.patience) return;
    const double old_rate = optimizer.learning_rate();
    if (old_rate <= static_cast<double>(static_cast<float>(options_.min_lr))) return;
    const double rate = std::max(old_rate * options_.factor, options_.min_lr);
    optimizer.set_learning_rate(rate);
    if (options_.verbose > 0)
        fmt::print("\nEpoch {}: ReduceLROnPlateau reducing learning rate to {}.\n", epoch + 1,
                   float_text(rate));
    cooldown_ = options_.cooldown;
    wait_ = 0;
}

CallbackState ReduceLROnPlateau::state() const {
    CallbackState state = Monitor::state();
    state.values.set("wait", wait_).set("cooldown", cooldown_);
    return state;
}

void ReduceLROnPlateau::restore(const CallbackState& state) {
    Monitor::restore(state);
    wait_ = state.values["wait"].as_integer();
    cooldown_ = state.values["cooldown"].as_integer();
}

}  // namespace keratin::callbacks
