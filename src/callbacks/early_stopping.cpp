#include <keratin/callbacks/early_stopping.hpp>

#include <keratin/models/model.hpp>

#include <fmt/format.h>

#include <cstdio>

namespace keratin::callbacks {

EarlyStopping::EarlyStopping(EarlyStoppingOptions options)
    : Monitor(options.monitor, options.mode, options.min_delta, {}), options_(std::move(options)) {
    if (options_.patience < 0)
        fail<ValueError>("EarlyStopping: patience is {}; it must not be negative", options_.patience);
}

void EarlyStopping::on_train_begin(const Logs&) {
    wait_ = 0;
    stopped_epoch = 0;
    best_epoch = 0;
    best_.reset();
    best_weights_.clear();
}

void EarlyStopping::on_epoch_end(int64_t epoch, Logs& logs) {
    const double* current = monitored(logs);
    if (!current || epoch < options_.start_from_epoch) return;
    if (options_.restore_best_weights && best_weights_.empty()) best_weights_ = model->get_weights();
    ++wait_;
    if (improves(*current)) {
        best_ = *current;
        best_epoch = epoch;
        if (options_.restore_best_weights) best_weights_ = model->get_weights();
        const std::optional<double> own_best = best_;
        best_ = options_.baseline;
        if (!options_.baseline || improves(*current)) wait_ = 0;
        best_ = own_best;
        return;
    }
    if (wait_ >= options_.patience && epoch > 0) {
        stopped_epoch = epoch;
        model->stop_training();
    }
}

void EarlyStopping::on_train_end(const Logs&) {
    if (stopped_epoch > 0 && options_.verbose > 0)
        fmt::print("Epoch {}: early stopping\n", stopped_epoch + 1);
    if (!options_.restore_best_weights || best_weights_.empty()) return;
    if (options_.verbose > 0)
        fmt::print("Restoring model weights from the end of the best epoch: {}.\n", best_epoch + 1);
    model->set_weights(best_weights_);
}

CallbackState EarlyStopping::state() const {
    CallbackState state = Monitor::state();
    state.values.set("wait", wait_).set("best_epoch", best_epoch).set("stopped_epoch", stopped_epoch);
    state.tensors = best_weights_;
    return state;
}

void EarlyStopping::restore(const CallbackState& state) {
    const std::vector<Variable> variables = model->variables();
    bool fits = state.tensors.empty() || state.tensors.size() == variables.size();
    for (size_t i = 0; fits && i < state.tensors.size(); ++i)
        fits = state.tensors[i].shape() == variables[i].shape() &&
               state.tensors[i].dtype() == variables[i].dtype();
    if (!fits) fail<ValueError>("EarlyStopping: the best weights that were saved are of another model");
    Monitor::restore(state);
    wait_ = state.values["wait"].as_integer();
    best_epoch = state.values["best_epoch"].as_integer();
    stopped_epoch = state.values["stopped_epoch"].as_integer();
    best_weights_ = state.tensors;
}

}  // namespace keratin::callbacks
