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

}  // namespace keratin::callbacks
