#include "models/fit_run.hpp"

#include "layers/call_stack.hpp"
#include "models/training_state.hpp"

#include <keratin/core/error.hpp>

#include <utility>

namespace keratin {
namespace {

std::unique_lock<std::mutex> locked(std::mutex& running, const Model& model) {
    std::unique_lock lock(running, std::try_to_lock);
    if (!lock)
        fail<ValueError>(
            "{}: fit was called while another fit of this model runs; wait for it or clone() the model",
            model.name());
    return lock;
}

}  // namespace

FitRun::FitRun(Model& model, Feed& feed, Trainer::FeedOf validation, const FitOptions& options)
    : model_(model),
      training_(*model.training_),
      running_(locked(training_.running, model)),
      feed_(feed),
      validation_(std::move(validation)),
      options_(options),
      callbacks_(options.callbacks, {.add_progbar = options.verbose.value_or(1) != 0,
                                     .model = &model,
                                     .params = {options.epochs, feed.steps(), options.verbose.value_or(1)}}),
      measures_(*training_.options, training_.outputs) {
    training_.stop = false;
    training_.first_epoch.reset();
    training_.run = this;
}

FitRun::~FitRun() {
    training_.run = nullptr;
}

History FitRun::operator()() {
    if (!options_.resume_from.empty()) source_ = {options_.resume_from, {}};
    callbacks_.on_train_begin({});
    epoch_ = training_.first_epoch.value_or(options_.initial_epoch);
    resume();
    bool over = stopped_ && step_ == 0;
    while (epoch_ < options_.epochs && !over) {
        if (step_ == 0) begin_epoch();
        train_epoch();
        end_epoch();
        over = training_.stop || options_.stop.stop_requested();
    }
    model_.optimizer().finalize_variable_values(model_.trainable_variables());
    callbacks_.on_train_end(logs_);
    write_saves();
    return std::move(history_);
}

void FitRun::begin_epoch() {
    measures_.reset();
    own_.reset();
    callbacks_.on_epoch_begin(epoch_, {});
}

void FitRun::train_epoch() {
    bool listed = false;
    const RunningMeasures scope(model_, measures_);
    while (!stopped_) {
        const std::optional<Batch> batch = feed_.next(epoch_, step_);
        if (!batch) break;
        callbacks_.on_train_batch_begin(step_, {});
        {
            const detail::ActivityLosses penalties;  // for compute_loss() in a train_step of one's own
            own_ = model_.train_step(*batch);
        }
        if (!std::exchange(listed, true)) Trainer(model_).keep_metrics(measures_);
        if (callbacks_.wants_batch_logs()) logs_ = own_ ? *own_ : measures_.logs();
        callbacks_.on_train_batch_end(step_++, logs_);
        if (!saves_.empty()) write_saves();
        if (options_.stop.stop_requested()) {
            interrupt();
            model_.stop_training();
        }
        if (training_.stop) break;
    }
    stopped_ = false;
    if (step_ == 0)
        fail<ValueError>("{}: fit got no batch in epoch {}; give it data for every epoch", model_.name(),
                         epoch_ + 1);
    logs_ = own_ ? *own_ : measures_.logs();
}

void FitRun::end_epoch() {
    if (validation_ && (epoch_ + 1) % options_.validation_freq == 0) {
        const std::unique_ptr<Feed> held_out = validation_();
        const Logs logs = Trainer(model_).evaluate(*held_out, callbacks_);
        for (const auto& [name, value] : logs) logs_.set("val_" + name, value);
    }
    callbacks_.on_epoch_end(epoch_, logs_);
    for (const auto& [name, value] : logs_) history_.history[name].push_back(value);
    history_.epoch.push_back(epoch_);
    ++epoch_;
    step_ = 0;
    write_saves();
    if (options_.stop.stop_requested()) interrupt();
}

void FitRun::interrupt() {
    if (interrupted_) return;
    callbacks_.on_interrupt();
    interrupted_ = checkpoint();
    write_saves();
}

void FitRun::save_later(std::string path, CheckpointOptions options) {
    saves_.push_back({std::move(path), std::move(options)});
}

void FitRun::write_saves() {
    if (saves_.empty()) return;
    const std::vector<Save> saves = std::exchange(saves_, {});
    const TrainingCheckpoint now = interrupted_ ? *interrupted_ : checkpoint();
    if (!now.incomplete.empty()) fail<ValueError>("{}: {}", saves.front().path, now.incomplete);
    for (const Save& save : saves) {
        write_checkpoint(save.path, now, save.options.previous);
        if (save.options.saved) save.options.saved();
    }
}

}  // namespace keratin
