#pragma once

#include <keratin/callbacks/monitor.hpp>
#include <keratin/core/tensor.hpp>

#include <vector>

namespace keratin::callbacks {

struct EarlyStoppingOptions {
    std::string monitor = "val_loss";
    double min_delta = 0;  ///< smaller changes are no improvement
    int64_t patience = 0;  ///< epochs without improvement that are forgiven
    int verbose = 0;
    Mode mode = Mode::automatic;
    std::optional<double> baseline = {};  ///< to be beaten before patience starts anew
    bool restore_best_weights = false;
    int64_t start_from_epoch = 0;
};

/// Ends training when a value no longer improves (keras.callbacks.EarlyStopping).
class KERATIN_EXPORT EarlyStopping : public Monitor {
public:
    explicit EarlyStopping(EarlyStoppingOptions options = {});
    void on_train_begin(const Logs&) override;
    void on_epoch_end(int64_t epoch, Logs& logs) override;
    void on_train_end(const Logs&) override;
    CallbackState state() const override;
    void restore(const CallbackState& state) override;

    int64_t stopped_epoch = 0;  ///< counted from 0; 0 when it did not stop
    int64_t best_epoch = 0;
    std::optional<double> best() const { return best_; }

private:
    const EarlyStoppingOptions options_;
    int64_t wait_ = 0;
    std::vector<Tensor> best_weights_;
};

}  // namespace keratin::callbacks
