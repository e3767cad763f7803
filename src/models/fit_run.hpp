#pragma once

#include "models/feed.hpp"
#include "models/measures.hpp"
#include "models/trainer.hpp"
#include "models/training_checkpoint.hpp"

#include <keratin/models/callback_list.hpp>

#include <optional>
#include <string>
#include <vector>

namespace keratin {

/// One fit(): its epochs, in Keras's order of events (keras/src/backend/*/trainer.py), and what a later one
/// needs to go on in its place.
class FitRun {
public:
    /// `validation` makes the validation's feed anew each time; empty for none. Throws ValueError while
    /// another fit() of the model runs.
    FitRun(Model& model, Feed& feed, Trainer::FeedOf validation, const FitOptions& options);
    ~FitRun();
    FitRun(const FitRun&) = delete;
    FitRun& operator=(const FitRun&) = delete;

    History operator()();

    /// Saves when every callback has seen the event that is under way.
    void save_later(std::string path, CheckpointOptions options);
    void resume_from(std::string path, std::string otherwise);

private:
    struct Save {
        std::string path;
        CheckpointOptions options;
    };
    struct Source {
        std::string path, otherwise;
    };

    void begin_epoch();
    void train_epoch();
    void end_epoch();
    void interrupt();
    void write_saves();
    const SourceMemory* held_out() const;

    TrainingCheckpoint checkpoint() const;
    Config position() const;
    void resume();
    void restore(const Restoring& saved, bool begin);
    void restore_position(const Config& run);

    Model& model_;
    Model::Training& training_;
    const std::unique_lock<std::mutex> running_;
    Feed& feed_;
    const Trainer::FeedOf validation_;
    const FitOptions& options_;
    callbacks::CallbackList callbacks_;
    Measures measures_;
    History history_;
    Logs logs_;
    std::optional<Logs> own_;  ///< logs of a train_step() of one's own, of the epoch under way
    int64_t epoch_ = 0;
    int64_t step_ = 0;      ///< batches of the epoch that are done
    bool stopped_ = false;  ///< a callback has stopped the training that this one goes on with
    std::vector<Save> saves_;
    std::optional<Source> source_;
    std::optional<TrainingCheckpoint> interrupted_;  ///< as it was when fit() was asked to end
};

}  // namespace keratin
