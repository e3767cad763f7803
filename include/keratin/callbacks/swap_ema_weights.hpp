#pragma once

#include <keratin/models/callback.hpp>

namespace keratin::callbacks {

/// Lets evaluation and prediction see the moving averages of the weights that an optimizer with use_ema keeps
/// (keras.callbacks.SwapEMAWeights); with swap_on_epoch what comes after an epoch, such as ModelCheckpoint,
/// as well. Throws ValueError when the optimizer keeps none.
class KERATIN_EXPORT SwapEMAWeights : public Callback {
public:
    explicit SwapEMAWeights(bool swap_on_epoch = false) : swap_on_epoch_(swap_on_epoch) {}
    void on_epoch_begin(int64_t epoch, const Logs&) override;
    void on_epoch_end(int64_t epoch, Logs&) override;
    void on_test_begin(const Logs&) override { show(true); }
    void on_test_end(const Logs&) override { show(false); }
    void on_predict_begin(const Logs&) override { show(true); }
    void on_predict_end(const Logs&) override { show(false); }
    CallbackState state() const override;
    void restore(const CallbackState& state) override;

private:
    /// Swaps weights and averages unless the ones wanted are in the model.
    void show(bool averages);

    bool swap_on_epoch_;
    bool averages_shown_ = false;
};

}  // namespace keratin::callbacks
