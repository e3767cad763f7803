#include <keratin/models/model.hpp>

#include "layers/call_stack.hpp"
#include "models/trainer.hpp"
#include "models/training_state.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/optimizers/loss_scale_optimizer.hpp>

#include <fmt/ranges.h>

#include <algorithm>

namespace keratin {
namespace {

thread_local const void* logits_wanted_by = nullptr;
thread_local uint64_t logits_of_outputs = 0;

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

LogitsWanted::LogitsWanted(const void* model, uint64_t outputs)
    : outer_(logits_wanted_by), outer_outputs_(logits_of_outputs) {
    logits_wanted_by = model;
    logits_of_outputs = outputs;
}
LogitsWanted::~LogitsWanted() {
    logits_wanted_by = outer_;
    logits_of_outputs = outer_outputs_;
}
uint64_t LogitsWanted::by(const void* model) {
    return logits_wanted_by == model ? logits_of_outputs : 0;
}

uint64_t Model::logits_wanted() const {
    return LogitsWanted::by(training_.get());
}

namespace {

/// A model made of layers leaves dtypes to them.
LayerOptions of_model(LayerOptions options, std::string_view class_name) {
    if (!class_name.empty()) options.autocast = false;
    return options;
}

}  // namespace

Model::Model(LayerOptions options, std::string_view class_name)
    : Layer(of_model(std::move(options), class_name), class_name), training_(std::make_shared<Training>()) {}

void Model::compile(CompileOptions options) {
    if (!options.optimizer)
        fail<ValueError>("{}: compile got no optimizer; give one, for instance optimizers::Adam()", name());
    for (const auto* metrics : {&options.metrics, &options.weighted_metrics})
        for (const MetricHandle& metric : metrics->all())
            if (!metric.metric()) metrics::resolve_metric(metric.name(), {}, {});  // throws for unknown names
    std::vector<std::string> outputs = output_names();
    if (!graph_ && options.loss.values().size() > 1) {
        outputs.clear();
        for (size_t i = 0; i < options.loss.values().size(); ++i)
            outputs.push_back(fmt::format("output_{}", i));
    }
    // One loss written for several outputs is the loss of each.
    training_->losses = options.loss.is_one()
                            ? std::vector<LossHandle>(outputs.size(), options.loss.values().front().second)
                            : options.loss.for_outputs(outputs, {}, name(), "loss");
    if (std::none_of(training_->losses.begin(), training_->losses.end(),
                     [](const auto& l) { return bool(l); }))
        training_->losses.clear();
    training_->loss_weights = options.loss_weights.for_outputs(outputs, 1.0, name(), "loss_weights");
    options.metrics.by_output().for_outputs(outputs, {}, name(), "metrics");
    options.weighted_metrics.by_output().for_outputs(outputs, {}, name(), "weighted_metrics");
    if (options.auto_scale_loss && dtype_policy() == DTypePolicy("mixed_float16") &&
        !dynamic_cast<const optimizers::LossScaleOptimizer*>(options.optimizer.get()))
        options.optimizer = optimizers::LossScaleOptimizer(options.optimizer);
    training_->outputs = std::move(outputs);
    training_->options = std::move(options);
    training_->of_batch.reset();
    const std::lock_guard lock(training_->metrics_mutex);
    training_->metrics.clear();
}

bool Model::compiled() const {
    return training_->options.has_value();
}

void Model::require_compiled(const char* call) const {
    if (!compiled())
        fail<ValueError>(
            "{}: {} was called before compile(); call compile({{.optimizer = ..., .loss = ...}}) first",
            name(), call);
}

optimizers::Optimizer& Model::optimizer() const {
    require_compiled("optimizer");
    return *training_->options->optimizer;
}

const losses::Loss& Model::loss() const {
    require_compiled("loss");
    if (training_->losses.empty() || !training_->losses.front())
        fail<ValueError>("{}: it was compiled without a loss", name());
    return *training_->losses.front();
}

std::vector<std::shared_ptr<metrics::Metric>> Model::metrics() const {
    const std::lock_guard lock(training_->metrics_mutex);
    return training_->metrics;
}

std::vector<std::string> Model::metrics_names() const {
    if (!compiled()) return {};
    return Measures(*training_->options, training_->outputs).names();
}

void Model::reset_metrics() {
    RunningMeasures::reset(*this);
    for (const std::shared_ptr<metrics::Metric>& metric : metrics()) metric->reset_state();
}

std::string Model::to_json() const {
    return serialize(*this).to_json();
}

void Model::stop_training() {
    training_->stop = true;
}

void Model::start_at_epoch(int64_t epoch) {
    if (epoch < 0) fail<ValueError>("{}: fit cannot start at epoch {}; epochs count from 0", name(), epoch);
    training_->first_epoch = epoch;
}

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
    return Trainer(*this).fit(*this, feed, validation_feed(name(), held_out, options), options);
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
    const auto validation = validation_feed(name(), options.validation_data, options);
    return Trainer(*this).fit(*this, *feed, validation, options);
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

std::optional<Logs> Model::train_step(const Batch& batch) {
    require_compiled("train_step");
    return Trainer(*this).train_step(*this, batch, RunningMeasures::now(*this));
}

std::optional<Logs> Model::test_step(const Batch& batch) const {
    require_compiled("test_step");
    return Trainer(*this).test_step(batch, RunningMeasures::now(*this));
}

Tensors Model::predict_step(const Tensors& x) const {
    return call_all(x, {.training = false});
}

Tensor Model::compute_loss(const Batch& batch, const Tensors& y_pred) const {
    require_compiled("compute_loss");
    return Trainer(*this).loss(batch, y_pred);
}

Logs Model::compute_metrics(const Batch& batch, const Tensors& y_pred) const {
    require_compiled("compute_metrics");
    Measures& measures = RunningMeasures::now(*this);
    measures.add(batch.y, y_pred, batch.sample_weight);
    return measures.logs();
}

Layer& Model::get_layer(std::string_view wanted) const {
    std::vector<std::string> names;
    for (const LayerReference& layer : layers()) {
        if (layer.name() == wanted) return *layer;
        names.push_back(layer.name());
    }
    fail<ValueError>("{}: no layer is called \"{}\"; there are: {}", name(), wanted, fmt::join(names, ", "));
}

Layer& Model::get_layer(int64_t index) const {
    const std::vector<LayerReference> list = layers();
    const auto count = static_cast<int64_t>(list.size());
    if (index < -count || index >= count)
        fail<ValueError>("{}: no layer has index {}; there are {} layers", name(), index, count);
    return *list[static_cast<size_t>(index < 0 ? index + count : index)];
}

void Model::wrong_type(const Layer& layer) const {
    fail<ValueError>("{}: get_layer found \"{}\", but it is a {}; ask for that class", name(), layer.name(),
                     layer.class_name());
}

}  // namespace keratin
