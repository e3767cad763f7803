#include <keratin/models/progbar_logger.hpp>

#include <fmt/format.h>

namespace keratin::callbacks {

void ProgbarLogger::start() {
    seen_ = 0;
    // Logs are running means already.
    bar_.emplace(params.steps, utils::ProgbarOptions{.verbose = params.verbose,
                                                     .stateless_metrics = std::set<std::string>(),
                                                     .display = display_});
}

void ProgbarLogger::update(int64_t batch, const Logs& logs) {
    seen_ = batch + 1;
    if (due()) bar_->update(seen_, logs, false);
}

void ProgbarLogger::finish(const Logs& logs) {
    if (bar_) bar_->update(seen_, logs, true);
    bar_.reset();
}

void ProgbarLogger::on_epoch_begin(int64_t epoch, const Logs&) {
    if (params.verbose && params.epochs > 1)
        display_.output(fmt::format("Epoch {}/{}\n", epoch + 1, params.epochs));
    start();
}

void ProgbarLogger::on_epoch_end(int64_t, Logs& logs) {
    finish(logs);
}

void ProgbarLogger::on_train_batch_end(int64_t batch, const Logs& logs) {
    update(batch, logs);
}

void ProgbarLogger::on_test_begin(const Logs&) {
    if (!in_fit_) start();
}

void ProgbarLogger::on_test_batch_end(int64_t batch, const Logs& logs) {
    if (!in_fit_) update(batch, logs);
}

void ProgbarLogger::on_test_end(const Logs& logs) {
    if (!in_fit_) finish(logs);
}

void ProgbarLogger::on_predict_begin(const Logs&) {
    start();
}

void ProgbarLogger::on_predict_batch_end(int64_t batch, const Logs&) {
    update(batch, {});
}

void ProgbarLogger::on_predict_end(const Logs&) {
    finish({});
}

}  // namespace keratin::callbacks
