#pragma once

#include "models/feed.hpp"
#include "models/measures.hpp"
#include "models/progress_bar.hpp"
#include "models/training_state.hpp"

#include <keratin/models/model.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace keratin {

/// The loops behind fit(), evaluate() and predict(), in Keras's order of events
/// (keras/src/backend/*/trainer.py).
class Trainer {
public:
    explicit Trainer(const Model& model, Display display = {})
        : model_(model), display_(std::move(display)) {}

    using FeedOf = std::function<std::unique_ptr<Feed>()>;
    /// `validation` makes the validation's feed anew each time; empty for none.
    History fit(Model& model, Feed& feed, const FeedOf& validation, const FitOptions& options);
    Logs evaluate(Feed& feed, const std::vector<CallbackHandle>& callbacks, int verbose) const;
    Tensor predict(Feed& feed, int64_t samples, const std::vector<CallbackHandle>& callbacks,
                   int verbose) const;

    /// Forward, loss, backward, optimizer. Adds to the measures.
    void train_step(Model& model, const Batch& batch, Measures& measures) const;
    void test_step(const Batch& batch, Measures& measures) const;
    /// From now on the model's metrics() are these.
    void keep_metrics(const Measures& measures) const;

private:
    struct Forward {
        Tensor loss;    ///< with all penalties; undefined without a loss
        Tensor y_pred;  ///< when wanted
    };
    Forward forward(const Batch& batch, bool training, bool predictions) const;
    void train_epoch(Model& model, Feed& feed, int64_t epoch, Measures& measures, Logs& logs,
                     const FitOptions& options, ProgressBar& bar);
    const CompileOptions& compiled() const;
    /// For the one thread that trains.
    const Model::Training::Lists& lists() const;

    const Model& model_;
    const Display display_;
};

/// Per-sample weights of class weights; y holds class numbers, or one-hot rows.
Tensor class_weights(const Tensor& y, const std::map<int64_t, double>& weights);

}  // namespace keratin
