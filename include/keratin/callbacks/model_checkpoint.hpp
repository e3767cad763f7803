#pragma once

#include <keratin/callbacks/monitor.hpp>

namespace keratin::callbacks {

struct ModelCheckpointOptions {
    std::string monitor = "val_loss";
    int verbose = 0;
    bool save_best_only = false;
    bool save_weights_only = false;  ///< without optimizer, place in the run and callbacks
    Mode mode = Mode::automatic;
    std::optional<int64_t> save_freq = {};               ///< batches; every epoch when not given
    std::optional<double> initial_value_threshold = {};  ///< the best before training
};

/// Saves checkpoints while the model trains (keras.callbacks.ModelCheckpoint), each of which
/// fit(.., {.resume_from = path}) goes on from, or with save_weights_only the weights alone; load_weights()
/// reads both. A checkpoint is written when all callbacks have seen the batch or epoch. The path ends in
/// .safetensors; or in .keras for whole models as Model::save() writes them, from which training goes on
/// without the place in the run; or, of weights, in .weights.h5. It may name {epoch}, {epoch:02d}, {batch},
/// and any log as {val_loss:.2f}; an unknown one throws ValueError.
class KERATIN_EXPORT ModelCheckpoint : public Monitor {
public:
    explicit ModelCheckpoint(std::string filepath, ModelCheckpointOptions options = {});
    void on_epoch_begin(int64_t epoch, const Logs&) override;
    void on_train_batch_end(int64_t batch, const Logs& logs) override;
    void on_epoch_end(int64_t epoch, Logs& logs) override;
    CallbackState state() const override;
    void restore(const CallbackState& state) override;

private:
    void save(std::optional<int64_t> batch, const Logs& logs);
    void write(const std::string& file) const;
    std::string path(std::optional<int64_t> batch, const Logs& logs) const;

    const std::string filepath_;
    const ModelCheckpointOptions options_;
    int64_t epoch_ = 0;
    int64_t batches_since_save_ = 0;
};

}  // namespace keratin::callbacks
