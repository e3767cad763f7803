#pragma once

#include "models/feed.hpp"
#include "models/measures.hpp"
#include "models/training_state.hpp"

#include <keratin/models/callback_list.hpp>
#include <keratin/models/model.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace keratin {

/// The steps of training and the loops behind evaluate() and predict(), in Keras's order of events
/// (keras/src/backend/*/trainer.py); fit() is FitRun's.
class Trainer {
public:
    explicit Trainer(const Model& model) : model_(model) {}

    using FeedOf = std::function<std::unique_ptr<Feed>()>;
    Logs evaluate(Feed& feed, callbacks::CallbackList& callbacks) const;
    /// Without the number of samples the outputs are kept apart until the last.
    Tensors predict(Feed& feed, std::optional<int64_t> samples, callbacks::CallbackList& callbacks) const;

    /// Forward, loss, backward, optimizer. Adds to the measures; answers what compute_metrics() does, if that
    /// may be one of the model's own.
    std::optional<Logs> train_step(Model& model, const Batch& batch, Measures& measures) const;
    std::optional<Logs> test_step(const Batch& batch, Measures& measures) const;
    /// The compiled loss of predictions, with the penalties.
    Tensor loss(const Batch& batch, const Tensors& y_pred) const;
    /// From now on the model's metrics() are these.
    void keep_metrics(const Measures& measures) const;

private:
    struct Forward {
        Tensor loss;            ///< with all penalties; undefined without a loss
        Tensors output_losses;  ///< of several outputs
        Tensors y_pred;         ///< when wanted
    };
    Forward forward(const Batch& batch, bool training, bool predictions) const;
    void check_counts(const Batch& batch, size_t outputs) const;
    /// The outputs, as bits, whose losses work on what comes before their final activations.
    uint64_t on_logits() const;
    /// Adds the losses of the outputs, each with its factor.
    void add_losses(const Batch& batch, const Tensors& outputs, uint64_t on_logits, Forward& into) const;
    void add_loss(const Forward& result, const Batch& batch, Measures& measures, const char* purpose) const;
    std::optional<Logs> measured(const Batch& batch, const Forward& result, Measures& measures) const;
    const CompileOptions& compiled() const;
    /// For the one thread that trains.
    const Model::Training::Lists& lists() const;

    const Model& model_;
};

/// What Model::train_step() and test_step() add to while a run of this thread calls them.
class RunningMeasures {
public:
    RunningMeasures(const Model& model, Measures& measures);
    ~RunningMeasures();
    RunningMeasures(const RunningMeasures&) = delete;
    RunningMeasures& operator=(const RunningMeasures&) = delete;
    /// Throws ValueError, naming the model, outside of a run.
    static Measures& now(const Model& model);
    /// Lets a run of the model, if this thread is in one, count anew.
    static void reset(const Model& model);

private:
    RunningMeasures* outer_;
    const detail::LayerState* model_;
    Measures& measures_;
};

/// Per-sample weights of class weights; y holds class numbers, or one-hot rows.
Tensor class_weights(const Tensor& y, const std::map<int64_t, double>& weights);

}  // namespace keratin
