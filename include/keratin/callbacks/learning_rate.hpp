#pragma once

#include <keratin/callbacks/monitor.hpp>

#include <functional>

namespace keratin::callbacks {

/// Sets the learning rate at the start of each epoch to schedule(epoch, rate)
/// (keras.callbacks.LearningRateScheduler); adds learning_rate to the logs.
class KERATIN_EXPORT LearningRateScheduler : public Callback {
public:
    using Schedule = std::function<double(int64_t epoch, double learning_rate)>;
    explicit LearningRateScheduler(Schedule schedule, int verbose = 0);
    void on_epoch_begin(int64_t epoch, const Logs&) override;
    void on_epoch_end(int64_t epoch, Logs& logs) override;

private:
    Schedule schedule_;
    int verbose_;
};

struct ReduceLROnPlateauOptions {
    std::string monitor = "val_loss";
    double factor = 0.1;    ///< below 1: what the rate is multiplied with
    int64_t patience = 10;  ///< epochs without improvement
    int verbose = 0;
    Mode mode = Mode::automatic;
    double min_delta = 1e-4;
    int64_t cooldown = 0;  ///< epochs of rest after a reduction
    double min_lr = 0.0;
};

/// Lowers the learning rate when a value no longer improves (keras.callbacks.ReduceLROnPlateau); adds
/// learning_rate to the logs.
class KERATIN_EXPORT ReduceLROnPlateau : public Monitor {
public:
    explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options = {});
    void on_train_begin(const Logs&) override;
    void on_epoch_end(int64_t epoch, Logs& logs) override;
    CallbackState state() const override;
    void restore(const CallbackState& state) override;

private:
    const ReduceLROnPlateauOptions options_;
    int64_t wait_ = 0;
    int64_t cooldown_ = 0;
};

}  // namespace keratin::callbacks
