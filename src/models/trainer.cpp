#include "models/trainer.hpp"

#include "autograd/structure.hpp"
#include "layers/call_stack.hpp"
#include "models/training_state.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

namespace keratin {
namespace {

thread_local Measures* running_measures = nullptr;

int64_t samples_of(const Batch& batch) {
    const Tensor& x = batch.x.front();
    return x.rank() ? x.shape()[0] : 1;
}

void add_to(Tensor& sum, const Tensor& term) {
    sum = sum.defined() ? sum + cast(term, sum.dtype()) : term;
}

Tensor activated(const Tensor& logits, std::string_view activation) {
    return activation == "softmax" ? nn::softmax(logits) : sigmoid(logits);
}

/// Puts back what layers have moved by themselves (moving statistics) when the step then fails.
class Rollback {
public:
    using Values = std::vector<std::pair<Variable, Tensor>>;

    Rollback(const std::vector<Variable>& variables, Values& memory) : values_(memory) {
        for (const Variable& variable : variables) values_.emplace_back(variable, variable.storage());
    }
    ~Rollback() {
        for (const auto& [variable, value] : values_) variable.storage() = value;
        values_.clear();
    }
    Rollback(const Rollback&) = delete;
    Rollback& operator=(const Rollback&) = delete;

    void succeeded() { values_.clear(); }

private:
    Values& values_;
};

}  // namespace

RunningMeasures::RunningMeasures(Measures& measures) : outer_(running_measures) {
    running_measures = &measures;
}
RunningMeasures::~RunningMeasures() {
    running_measures = outer_;
}
Measures& RunningMeasures::now(const Model& model) {
    if (!running_measures)
        fail<ValueError>(
            "{}: train_step() and test_step() are for fit() and evaluate() to call; call "
            "train_on_batch() or test_on_batch()",
            model.name());
    return *running_measures;
}

uint64_t Trainer::on_logits() const {
    const std::vector<LossHandle>& losses = model_.training_->losses;
    uint64_t outputs = 0;
    for (size_t i = 0; i < std::min<size_t>(losses.size(), 64); ++i) {
        const std::string_view activation = model_.final_activation(i);
        if (losses[i] && !activation.empty() && losses[i]->takes_logits(activation))
            outputs |= uint64_t{1} << i;
    }
    return outputs;
}

void Trainer::check_counts(const Batch& batch, size_t outputs) const {
    const std::vector<LossHandle>& losses = model_.training_->losses;
    const auto names = [&] { return fmt::format("{}", fmt::join(model_.output_names(), ", ")); };
    if (!losses.empty() && losses.size() != outputs)
        fail<ValueError>("{}: it was compiled with losses for {} outputs and has {} ({}); give one for each",
                         model_.name(), losses.size(), outputs, names());
    if (batch.y.size() != outputs && (!losses.empty() || batch.y.size() > 0))
        fail<ValueError>("{}: the batch has {} targets, the model {} outputs ({}); give one for each",
                         model_.name(), batch.y.size(), outputs, names());
    if (batch.sample_weight.size() > 1 && batch.sample_weight.size() != outputs)
        fail<ValueError>(
            "{}: the batch has {} sample weights, the model {} outputs ({}); give one for all or one "
            "for each",
            model_.name(), batch.sample_weight.size(), outputs, names());
}

void Trainer::add_losses(const Batch& batch, const Tensors& outputs, uint64_t on_logits,
                         Forward& into) const {
    const std::vector<LossHandle>& losses = model_.training_->losses;
    for (size_t i = 0; i < losses.size(); ++i) {
        if (!losses[i]) continue;
        const Tensor& weight = weight_of_output(batch.sample_weight, i);
        const bool logits = (on_logits >> i & 1) != 0;
        const Tensor loss = logits ? losses[i]->on_logits(batch.y[i], outputs[i], weight)
                                   : (*losses[i])(batch.y[i], outputs[i], weight);
        if (losses.size() > 1) into.output_losses.push_back(loss);
        const double factor = model_.training_->loss_weights[i];
        add_to(into.loss, factor == 1.0 ? loss : loss * factor);
    }
}

Trainer::Forward Trainer::forward(const Batch& batch, bool training, bool predictions) const {
    const uint64_t logits = on_logits();
    detail::ActivityLosses activity;
    Forward result;
    Tensors outputs;
    {
        std::optional<LogitsWanted> wanted;
        if (logits) wanted.emplace(model_.training_.get(), logits);
        outputs = model_.call_all(batch.x, {.training = training});
    }
    check_counts(batch, outputs.size());
    add_losses(batch, outputs, logits, result);
    if (training)
        for (const Variable& variable : lists().regularized)
            add_to(result.loss, variable.regularizer()(variable.value()));
    else
        for (const Tensor& penalty : model_.losses()) add_to(result.loss, penalty);
    for (const Tensor& penalty : activity.take()) add_to(result.loss, penalty);
    if (!predictions) return result;
    NoGradient pause;
    for (size_t i = 0; i < outputs.size(); ++i) {
        const Tensor output = stop_gradient(outputs[i]);
        const bool on_logits = (logits >> i & 1) != 0;
        const Tensor prediction = on_logits ? activated(output, model_.final_activation(i)) : output;
        result.y_pred.push_back(is_half(prediction.dtype())
                                    ? cast(prediction, float32).with_mask(prediction.mask())
                                    : prediction);
    }
    return result;
}

Tensor Trainer::loss(const Batch& batch, const Tensors& y_pred) const {
    check_counts(batch, y_pred.size());
    Forward result;
    add_losses(batch, y_pred, 0, result);
    for (const Tensor& penalty : model_.losses()) add_to(result.loss, penalty);
    if (!result.loss.defined())
        fail<ValueError>("{}: it was compiled without a loss; compile({{.loss = ...}}) with one",
                         model_.name());
    return result.loss;
}

void Trainer::train_step(Model& model, const Batch& batch, Measures& measures) const {
    Model::Training& training = *model.training_;
    Forward result;
    Rollback rollback(lists().others, training.before);
    {
        GradientTape tape;
        result = forward(batch, true, measures.needs_predictions());
        if (!result.loss.defined())
            fail<ValueError>("{}: training needs a loss; compile({{.loss = ...}}) with one", model.name());
        if (result.loss.rank() != 0)
            fail<ShapeError>(
                "{}: the loss has shape {}, training needs a scalar; use a reduction other than \"none\"",
                model.name(), result.loss.shape());
        measures.add_loss(result.loss.item<double>(), samples_of(batch));
        measures.add_output_losses(result.output_losses, samples_of(batch));
        training.gradients.resize(lists().trainable.size());
        const double scale = compiled().optimizer->loss_scale();
        const Tensor scaled = scale == 1 ? result.loss : result.loss * scale;
        tape.gradient_into(scaled, lists().trainable, training.gradients);
    }
    measures.add(batch.y, result.y_pred, batch.sample_weight);
    compiled().optimizer->apply(training.gradients, lists().trainable);
    rollback.succeeded();
}

void Trainer::test_step(const Batch& batch, Measures& measures) const {
    NoGradient pause;
    const Forward result = forward(batch, false, measures.needs_predictions());
    if (result.loss.defined()) {
        if (result.loss.rank() != 0)
            fail<ShapeError>(
                "{}: the loss has shape {}, evaluation needs a scalar; use a reduction other than \"none\"",
                model_.name(), result.loss.shape());
        measures.add_loss(result.loss.item<double>(), samples_of(batch));
        measures.add_output_losses(result.output_losses, samples_of(batch));
    }
    measures.add(batch.y, result.y_pred, batch.sample_weight);
}

const CompileOptions& Trainer::compiled() const {
    return *model_.training_->options;
}

const Model::Training::Lists& Trainer::lists() const {
    Model::Training::Lists& lists = model_.training_->lists;
    const uint64_t version = StructureVersion::now();
    if (lists.version == version) return lists;
    lists = {version, model_.trainable_variables(), model_.non_trainable_variables(), {}};
    for (const Variable& variable : lists.trainable)
        if (variable.regularizer()) lists.regularized.push_back(variable);
    return lists;
}

void Trainer::keep_metrics(const Measures& measures) const {
    const std::lock_guard lock(model_.training_->metrics_mutex);
    measures.list_metrics(model_.training_->metrics);
}

void Trainer::train_epoch(Model& model, Feed& feed, int64_t epoch, Measures& measures, Logs& logs,
                          const FitOptions& options, ProgressBar& bar) {
    int64_t step = 0;
    std::optional<Logs> own;
    const RunningMeasures scope(measures);
    while (const std::optional<Batch> batch = feed.next(epoch, step)) {
        for (const CallbackHandle& callback : options.callbacks) callback->on_train_batch_begin(step, {});
        own = model.train_step(*batch);
        if (step == 0) keep_metrics(measures);
        const bool shown = bar.due();
        if (shown || !options.callbacks.empty()) logs = own ? *own : measures.logs();
        for (const CallbackHandle& callback : options.callbacks) callback->on_train_batch_end(step, logs);
        ++step;
        if (shown) bar.update(step, logs, false);
        if (options.stop.stop_requested()) model.stop_training();
        if (model.training_->stop) break;
    }
    if (step == 0)
        fail<ValueError>("{}: fit got no batch in epoch {}; give it data for every epoch", model.name(),
                         epoch + 1);
    logs = own ? *own : measures.logs();
    bar.set_done(step);
}

History Trainer::fit(Model& model, Feed& feed, const FeedOf& validation, const FitOptions& options) {
    Model::Training& training = *model.training_;
    const std::unique_lock running(training.running, std::try_to_lock);
    if (!running)
        fail<ValueError>(
            "{}: fit was called while another fit of this model runs; wait for it or clone() the model",
            model.name());
    training.stop = false;
    training.first_epoch.reset();
    const int verbose = options.verbose.value_or(1);
    for (const CallbackHandle& callback : options.callbacks) {
        callback->model = &model;
        callback->params = {options.epochs, feed.steps(), verbose};
        callback->on_train_begin({});
    }
    History history;
    Measures measures(compiled(), model_.training_->outputs);
    Logs logs;
    const int64_t first_epoch = training.first_epoch.value_or(options.initial_epoch);
    for (int64_t epoch = first_epoch; epoch < options.epochs; ++epoch) {
        measures.reset();
        for (const CallbackHandle& callback : options.callbacks) callback->on_epoch_begin(epoch, {});
        if (verbose && options.epochs > 1)
            display_.output(fmt::format("Epoch {}/{}\n", epoch + 1, options.epochs));
        ProgressBar bar(feed.steps(), verbose, display_);
        train_epoch(model, feed, epoch, measures, logs, options, bar);
        if (validation && (epoch + 1) % options.validation_freq == 0) {
            const std::unique_ptr<Feed> held_out = validation();
            for (const auto& [name, value] : evaluate(*held_out, options.callbacks, 0))
                logs.set("val_" + name, value);
        }
        for (const CallbackHandle& callback : options.callbacks) callback->on_epoch_end(epoch, logs);
        for (const auto& [name, value] : logs) history.history[name].push_back(value);
        history.epoch.push_back(epoch);
        bar.update(bar.done(), logs, true);
        if (training.stop || options.stop.stop_requested()) break;
    }
    compiled().optimizer->finalize_variable_values(model.trainable_variables());
    for (const CallbackHandle& callback : options.callbacks) callback->on_train_end(logs);
    return history;
}

Logs Trainer::evaluate(Feed& feed, const std::vector<CallbackHandle>& callbacks, int verbose) const {
    Measures measures(compiled(), model_.training_->outputs);
    ProgressBar bar(feed.steps(), verbose, display_);
    for (const CallbackHandle& callback : callbacks) callback->on_test_begin({});
    Logs logs;
    int64_t step = 0;
    const RunningMeasures scope(measures);
    while (const std::optional<Batch> batch = feed.next(0, step)) {
        for (const CallbackHandle& callback : callbacks) callback->on_test_batch_begin(step, {});
        const std::optional<Logs> own = model_.test_step(*batch);
        logs = own ? *own : measures.logs();
        for (const CallbackHandle& callback : callbacks) callback->on_test_batch_end(step, logs);
        ++step;
        if (bar.due()) bar.update(step, logs, false);
    }
    if (step == 0) fail<ValueError>("{}: evaluate got no batch; give it data", model_.name());
    keep_metrics(measures);
    for (const CallbackHandle& callback : callbacks) callback->on_test_end(logs);
    bar.update(step, logs, true);
    return logs;
}

namespace {

/// The outputs of batches, one behind the other.
class Gathered {
public:
    explicit Gathered(std::optional<int64_t> samples) : samples_(samples.value_or(0)), apart_(!samples) {}

    void add(const Tensors& outputs) {
        if (apart_) return parts_.push_back(outputs);
        for (size_t i = 0; i < outputs.size(); ++i) {
            const Tensor& output = outputs[i];
            if (rows_ == 0) all_.push_back(Tensor::empty(output.shape().with(0, samples_), output.dtype()));
            const int64_t row = output.shape()[0] ? output.size() / output.shape()[0] : 0;
            const size_t element = size_of(output.dtype());
            std::memcpy(
                static_cast<char*>(all_[i].mutable_raw()) + static_cast<size_t>(rows_ * row) * element,
                output.raw(), static_cast<size_t>(output.size()) * element);
        }
        rows_ += outputs.front().shape()[0];
    }
    Tensors take() const {
        if (apart_) return joined();
        return all_.map(
            [&](const Tensor& all) { return rows_ < samples_ ? all.view(all.shape().with(0, rows_)) : all; });
    }

private:
    Tensors joined() const {
        Tensors result;
        for (size_t i = 0; i < (parts_.empty() ? 0 : parts_.front().size()); ++i) {
            std::vector<Tensor> of_one;
            for (const Tensors& part : parts_) of_one.push_back(part[i]);
            result.push_back(concat(of_one, 0));
        }
        return result;
    }

    int64_t samples_;
    bool apart_;
    int64_t rows_ = 0;
    Tensors all_;
    std::vector<Tensors> parts_;
};

}  // namespace

Tensors Trainer::predict(Feed& feed, std::optional<int64_t> samples,
                         const std::vector<CallbackHandle>& callbacks, int verbose) const {
    NoGradient pause;
    ProgressBar bar(feed.steps(), verbose, display_);
    for (const CallbackHandle& callback : callbacks) callback->on_predict_begin({});
    Gathered outputs(samples);
    int64_t step = 0;
    while (const std::optional<Batch> batch = feed.next(0, step)) {
        for (const CallbackHandle& callback : callbacks) callback->on_predict_batch_begin(step, {});
        outputs.add(model_.predict_step(batch->x));
        for (const CallbackHandle& callback : callbacks) callback->on_predict_batch_end(step, {});
        ++step;
        if (bar.due()) bar.update(step, {}, false);
    }
    if (step == 0) fail<ValueError>("{}: predict got no batch; give it data", model_.name());
    for (const CallbackHandle& callback : callbacks) callback->on_predict_end({});
    bar.update(step, {}, true);
    return outputs.take();
}

Tensor class_weights(const Tensor& y, const std::map<int64_t, double>& weights) {
    const Tensor flat = y.rank() > 1 && y.shape().back() == 1 ? y.view(y.shape().slice(0, -1)) : y;
    const Tensor labels = convert(flat.rank() > 1 ? argmax(flat, -1) : flat, int64);
    if (labels.rank() != 1)
        fail<ShapeError>("class_weight: targets of shape {} are not one class per sample; use sample_weight",
                         y.shape());
    Tensor result = Tensor::empty(labels.shape(), float32);
    const std::span<float> out = result.mutable_data<float>();
    for (size_t i = 0; i < out.size(); ++i) {
        const auto found = weights.find(labels.data<int64_t>()[i]);
        out[i] = found == weights.end() ? 1.0f : static_cast<float>(found->second);
    }
    return result;
}

}  // namespace keratin
