#pragma once

#include <keratin/models/callback.hpp>
#include <keratin/models/progbar.hpp>

#include <optional>

namespace keratin::callbacks {

/// Prints epochs, steps and logs, as RunParameters::verbose says (keras.callbacks.ProgbarLogger). fit(),
/// evaluate() and predict() add one behind the other callbacks unless one is among these.
class KERATIN_EXPORT ProgbarLogger : public Callback {
public:
    explicit ProgbarLogger(utils::Display display = {}) : display_(std::move(display)) {}

    /// True when the next batch's end would draw something.
    bool due() const { return bar_ && bar_->due(); }

    void on_train_begin(const Logs&) override { in_fit_ = true; }
    void on_train_end(const Logs&) override { in_fit_ = false; }
    void on_epoch_begin(int64_t epoch, const Logs&) override;
    void on_epoch_end(int64_t epoch, Logs& logs) override;
    void on_train_batch_end(int64_t batch, const Logs& logs) override;
    /// Validation inside fit() is silent.
    void on_test_begin(const Logs&) override;
    void on_test_end(const Logs& logs) override;
    void on_test_batch_end(int64_t batch, const Logs& logs) override;
    void on_predict_begin(const Logs&) override;
    void on_predict_end(const Logs&) override;
    void on_predict_batch_end(int64_t batch, const Logs&) override;

private:
    void start();
    void update(int64_t batch, const Logs& logs);
    void finish(const Logs& logs);

    utils::Display display_;
    std::optional<utils::Progbar> bar_;
    int64_t seen_ = 0;
    bool in_fit_ = false;
};

}  // namespace keratin::callbacks
