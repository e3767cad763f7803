#include "layers/call_stack.hpp"
#include "models/fit_run.hpp"
#include "models/trainer.hpp"
#include "models/training_state.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>
#include <keratin/models/model.hpp>

/// fit(), evaluate() and predict(), on whole tensors, batches and one batch: what they are given is checked
/// here and made a feed for the trainer.
namespace keratin {
namespace {

void require_inputs(const std::string& owner, const char* call, const Tensors& x) {
    if (!x.front().defined() || x.front().rank() == 0)
        fail<ValueError>("{}: {} needs x, a tensor of samples", owner, call);
    for (size_t i = 1; i < x.size(); ++i)
        if (!x[i].defined() || x[i].rank() == 0 || x[i].shape()[0] != x.front().shape()[0])
            fail<ShapeError>("{}: {} got inputs of shapes {} and {}; the first extents must agree", owner,
                             call, x.front().shape(), x[i].shape());
}

void require_samples(const std::string& owner, const char* call, const Tensors& inputs,
                     const Tensors& targets, const Tensors& weights) {
    require_inputs(owner, call, inputs);
    if (!targets.defined()) fail<ValueError>("{}: {} needs y, the targets", owner, call);
    const Shape& x = inputs.front().shape();
    for (size_t i = 0; i < targets.size(); ++i)
        if (const Tensor& y = targets[i]; y.rank() == 0 || y.shape()[0] != x[0])
            fail<ShapeError>("{}: {} got x of shape {} and y of shape {}; the first extents must agree",
                             owner, call, x, y.shape());
    for (size_t i = 0; i < weights.size(); ++i)
        if (const Tensor& w = weights[i]; w.rank() == 0 || w.shape()[0] != x[0])
            fail<ShapeError>(
                "{}: {} got sample_weight of shape {} for x of shape {}; give one weight per sample", owner,
                call, w.shape(), x);
    if (x[0] == 0) fail<ValueError>("{}: {} got no samples: x has shape {}", owner, call, x);
}

int64_t samples_of(const Tensors& x) {
    return x.front().shape()[0];
}

void require_positive(const std::string& owner, const char* what, int64_t value) {
    if (value < 1) fail<ValueError>("{}: {} is {}; it must be at least 1", owner, what, value);
}

void check_fit(const std::string& owner, const FitOptions& options) {
    require_positive(owner, "batch_size", options.batch_size);
    require_positive(owner, "validation_freq", options.validation_freq);
    require_positive(owner, "steps_per_epoch", options.steps_per_epoch.value_or(1));
    require_positive(owner, "validation_steps", options.validation_steps.value_or(1));
    require_positive(owner, "validation_batch_size", options.validation_batch_size.value_or(1));
    if (options.epochs < 0 || options.initial_epoch < 0)
        fail<ValueError>("{}: epochs is {} and initial_epoch {}; they must not be negative", owner,
                         options.epochs, options.initial_epoch);
    if (!(options.validation_split >= 0 && options.validation_split < 1))
        fail<ValueError>("{}: validation_split is {}; it must be in [0, 1)", owner, options.validation_split);
    if (!options.class_weight.empty() && options.sample_weight.defined())
        fail<ValueError>("{}: fit got class_weight and sample_weight; give one of them", owner);
}

/// Feeds of the held-out data, one for each validation; none without such data.
Trainer::FeedOf validation_feed(const std::string& owner, const ValidationData& data,
                                const FitOptions& options) {
    if (data.batches)
        return
            [source = *data.batches, steps = options.validation_steps] { return source_feed(source, steps); };
    if (!data.x.defined()) return {};
    require_samples(owner, "fit (validation_data)", data.x, data.y, data.sample_weight);
    return [data, batch = options.validation_batch_size.value_or(options.batch_size),
            steps = options.validation_steps]() -> std::unique_ptr<Feed> {
        return std::make_unique<TensorFeed>(data, FeedOptions{batch, false, steps});
    };
}

/// The callbacks of evaluate() or predict(), with their bar.
callbacks::CallbackList callbacks_of(const Model& model, const auto& options, const Feed& feed) {
    const int verbose = options.verbose.value_or(1);
    return callbacks::CallbackList(options.callbacks,
                                   {.add_progbar = verbose != 0,
                                    .model = const_cast<Model*>(&model),
                                    .params = {.steps = feed.steps(), .verbose = verbose}});
}

/// Rows [first, last) of each of the tensors.
ValidationData rows(const ValidationData& data, int64_t first, int64_t last) {
    const auto part = [&](const Tensor& x) { return batch_rows(x, 1.0, first, last - first); };
    ValidationData result(data.x.map(part), data.y.map(part), data.sample_weight.map(part));
    result.scale = data.scale;
    return result;
}

}  // namespace

History Model::fit(ValidationData train, const FitOptions& options) {
    require_compiled("fit");
    check_fit(name(), options);
    require_samples(name(), "fit", train.x, train.y, options.sample_weight);
    train.sample_weight = options.sample_weight;
    ValidationData held_out = options.validation_data;
    if (!held_out.x.defined() && !held_out.batches && options.validation_split > 0) {
        const int64_t samples = samples_of(train.x);
        const auto kept = static_cast<int64_t>(static_cast<double>(samples) * (1 - options.validation_split));
        if (kept == 0 || kept == samples)
            fail<ValueError>("{}: validation_split {} of {} samples leaves {} to train and {} to validate",
                             name(), options.validation_split, samples, kept, samples - kept);
        held_out = rows(train, kept, samples);
        train = rows(train, 0, kept);
    }
    // Held-out samples are not weighted by class.
    if (!options.class_weight.empty()) train.sample_weight = class_weights(train.y, options.class_weight);
    TensorFeed feed(train, {options.batch_size, options.shuffle, options.steps_per_epoch});
    return FitRun(*this, feed, validation_feed(name(), held_out, options), options)();
}

History Model::fit(const Tensors& x, const Tensors& y, const FitOptions& options) {
    return fit(ValidationData(x, y), options);
}

History Model::fit(const Dataset& data, const FitOptions& options) {
    return fit(ValidationData(data), options);
}

History Model::fit(const BatchSource& batches, const FitOptions& options) {
    require_compiled("fit");
    check_fit(name(), options);
    if (options.validation_split > 0 || options.sample_weight.defined() || !options.class_weight.empty())
        fail<ValueError>(
            "{}: validation_split, sample_weight and class_weight do not apply to batches of your own; "
            "put weights into Batch::sample_weight and give validation_data",
            name());
    const auto feed = source_feed(batches, options.steps_per_epoch);
    return FitRun(*this, *feed, validation_feed(name(), options.validation_data, options), options)();
}

Logs Model::evaluate(ValidationData data, const EvaluateOptions& options) const {
    require_compiled("evaluate");
    require_positive(name(), "batch_size", options.batch_size);
    require_positive(name(), "steps", options.steps.value_or(1));
    require_samples(name(), "evaluate", data.x, data.y, options.sample_weight);
    data.sample_weight = options.sample_weight;
    TensorFeed feed(data, {options.batch_size, false, options.steps});
    callbacks::CallbackList callbacks = callbacks_of(*this, options, feed);
    return Trainer(*this).evaluate(feed, callbacks);
}

Logs Model::evaluate(const Dataset& data, const EvaluateOptions& options) const {
    return evaluate(ValidationData(data), options);
}

Logs Model::evaluate(const BatchSource& batches, const EvaluateOptions& options) const {
    require_compiled("evaluate");
    require_positive(name(), "steps", options.steps.value_or(1));
    if (options.sample_weight.defined())
        fail<ValueError>(
            "{}: sample_weight does not apply to batches of your own; put weights into Batch::sample_weight",
            name());
    const auto feed = source_feed(batches, options.steps);
    callbacks::CallbackList callbacks = callbacks_of(*this, options, *feed);
    return Trainer(*this).evaluate(*feed, callbacks);
}

Logs Model::evaluate(const Tensors& x, const Tensors& y, const EvaluateOptions& options) const {
    return evaluate(ValidationData(x, y), options);
}

Tensors Model::predict(const ValidationData& data, const PredictOptions& options) const {
    require_positive(name(), "batch_size", options.batch_size);
    require_positive(name(), "steps", options.steps.value_or(1));
    require_inputs(name(), "predict", data.x);
    const int64_t samples = samples_of(data.x);
    if (samples == 0) {
        NoGradient pause;
        return predict_step(data.x.map([&](const Tensor& x) { return batch_rows(x, data.scale, 0, 0); }));
    }
    TensorFeed feed(data, {options.batch_size, false, options.steps});
    callbacks::CallbackList callbacks = callbacks_of(*this, options, feed);
    return Trainer(*this).predict(feed, samples, callbacks);
}

Tensors Model::predict_batches(const BatchSource& batches, const PredictOptions& options) const {
    require_positive(name(), "steps", options.steps.value_or(1));
    const auto feed = source_feed(batches, options.steps);
    callbacks::CallbackList callbacks = callbacks_of(*this, options, *feed);
    return Trainer(*this).predict(*feed, std::nullopt, callbacks);
}

const Tensor& Model::only(const Tensors& outputs) const {
    if (outputs.size() != 1)
        fail<ValueError>("{}: it has {} outputs, predict() gives one; use predict_all()", name(),
                         outputs.size());
    return outputs.front();
}

Tensor Model::predict(const Dataset& data, const PredictOptions& options) const {
    return only(predict(ValidationData(data), options));
}

Tensor Model::predict(const BatchSource& batches, const PredictOptions& options) const {
    return only(predict_batches(batches, options));
}

Tensor Model::predict(const Tensors& x, const PredictOptions& options) const {
    return only(predict(ValidationData(x, {}), options));
}

std::vector<Tensor> Model::predict_all(const Tensors& x, const PredictOptions& options) const {
    return predict(ValidationData(x, {}), options).list();
}

std::vector<Tensor> Model::predict_all(const BatchSource& batches, const PredictOptions& options) const {
    return predict_batches(batches, options).list();
}

Tensor Model::predict_on_batch(const Tensors& x) const {
    NoGradient pause;
    return only(predict_step(x));
}

Logs Model::train_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight,
                           const std::map<int64_t, double>& class_weight) {
    require_compiled("train_on_batch");
    require_samples(name(), "train_on_batch", x, y, sample_weight);
    if (!class_weight.empty() && sample_weight.defined())
        fail<ValueError>("{}: train_on_batch got class_weight and sample_weight; give one of them", name());
    const std::unique_lock running(training_->running, std::try_to_lock);
    if (!running) fail<ValueError>("{}: train_on_batch was called while this model is being trained", name());
    std::optional<Measures>& measures = training_->of_batch;
    if (!measures) measures.emplace(*training_->options, training_->outputs, true);
    measures->reset();
    const RunningMeasures scope(*this, *measures);
    const detail::ActivityLosses penalties;
    const std::optional<Logs> own =
        train_step({x, y, class_weight.empty() ? sample_weight : Tensors(class_weights(y, class_weight))});
    Trainer(*this).keep_metrics(*measures);
    return own ? *own : measures->logs();
}

Logs Model::test_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight) const {
    require_compiled("test_on_batch");
    require_samples(name(), "test_on_batch", x, y, sample_weight);
    Measures measures(*training_->options, training_->outputs);
    const RunningMeasures scope(*this, measures);
    const detail::ActivityLosses penalties;
    const std::optional<Logs> own = test_step({x, y, sample_weight});
    Trainer(*this).keep_metrics(measures);
    return own ? *own : measures.logs();
}

}  // namespace keratin
