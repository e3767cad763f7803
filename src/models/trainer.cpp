#include "models/trainer.hpp"

#include "autograd/structure.hpp"
#include "layers/call_stack.hpp"
#include "models/training_state.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <typeinfo>

namespace keratin {
namespace {

thread_local RunningMeasures* innermost = nullptr;

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

/// True for classes of one's own, which may override compute_metrics().
bool may_measure_itself(const Model& model) {
    return typeid(model) != typeid(Model) && typeid(model) != typeid(Sequential);
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

RunningMeasures::RunningMeasures(const Model& model, Measures& measures)
    : outer_(innermost), model_(detail::LayerState::of(model).get()), measures_(measures) {
    innermost = this;
}
RunningMeasures::~RunningMeasures() {
    innermost = outer_;
}
Measures& RunningMeasures::now(const Model& model) {
    if (!innermost)
        fail<ValueError>(
            "{}: train_step(), test_step() and compute_metrics() are for fit() and evaluate() to call; call "
            "train_on_batch() or test_on_batch()",
            model.name());
    return innermost->measures_;
}
void RunningMeasures::reset(const Model& model) {
    for (RunningMeasures* run = innermost; run; run = run->outer_)
        if (run->model_ == detail::LayerState::of(model).get()) return run->measures_.reset();
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
        const Tensor wide = is_half(prediction.dtype()) ? cast(prediction, float32) : prediction;
        result.y_pred.push_back(output.mask().defined() ? wide.with_mask(output.mask()) : wide);
    }
    return result;
}

Tensor Trainer::loss(const Batch& batch, const Tensors& y_pred) const {
    check_counts(batch, y_pred.size());
    Forward result;
    add_losses(batch, y_pred, 0, result);
    for (const Tensor& penalty : model_.losses()) add_to(result.loss, penalty);
    for (const Tensor& penalty : detail::ActivityLosses::gathered()) add_to(result.loss, penalty);
    if (!result.loss.defined())
        fail<ValueError>("{}: it was compiled without a loss; compile({{.loss = ...}}) with one",
                         model_.name());
    return result.loss;
}

void Trainer::add_loss(const Forward& result, const Batch& batch, Measures& measures,
                       const char* purpose) const {
    if (result.loss.rank() != 0)
        fail<ShapeError>("{}: the loss has shape {}, {} needs a scalar; use a reduction other than \"none\"",
                         model_.name(), result.loss.shape(), purpose);
    measures.add_loss(result.loss.item<double>(), samples_of(batch));
    measures.add_output_losses(result.output_losses, samples_of(batch));
}

std::optional<Logs> Trainer::measured(const Batch& batch, const Forward& result, Measures& measures) const {
    if (may_measure_itself(model_)) return model_.compute_metrics(batch, result.y_pred);
    measures.add(batch.y, result.y_pred, batch.sample_weight);
    return std::nullopt;
}

std::optional<Logs> Trainer::train_step(Model& model, const Batch& batch, Measures& measures) const {
    Model::Training& training = *model.training_;
    Forward result;
    Rollback rollback(lists().others, training.before);
    {
        GradientTape tape;
        result = forward(batch, true, measures.needs_predictions() || may_measure_itself(model));
        if (!result.loss.defined())
            fail<ValueError>("{}: training needs a loss; compile({{.loss = ...}}) with one", model.name());
        add_loss(result, batch, measures, "training");
        training.gradients.resize(lists().trainable.size());
        const double scale = compiled().optimizer->loss_scale();
        const Tensor scaled = scale == 1 ? result.loss : result.loss * scale;
        tape.gradient_into(scaled, lists().trainable, training.gradients);
    }
    std::optional<Logs> own = measured(batch, result, measures);
    compiled().optimizer->apply(training.gradients, lists().trainable);
    rollback.succeeded();
    return own;
}

std::optional<Logs> Trainer::test_step(const Batch& batch, Measures& measures) const {
    NoGradient pause;
    const Forward result = forward(batch, false, measures.needs_predictions() || may_measure_itself(model_));
    if (result.loss.defined()) add_loss(result, batch, measures, "evaluation");
    return measured(batch, result, measures);
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

Logs Trainer::evaluate(Feed& feed, callbacks::CallbackList& callbacks) const {
    Measures measures(compiled(), model_.training_->outputs);
    callbacks.on_test_begin({});
    Logs logs;
    int64_t step = 0;
    const RunningMeasures scope(model_, measures);
    while (const std::optional<Batch> batch = feed.next(0, step)) {
        callbacks.on_test_batch_begin(step, {});
        {
            const detail::ActivityLosses penalties;
            const std::optional<Logs> own = model_.test_step(*batch);
            logs = own ? *own : measures.logs();
        }
        callbacks.on_test_batch_end(step++, logs);
    }
    if (step == 0) fail<ValueError>("{}: evaluate got no batch; give it data", model_.name());
    keep_metrics(measures);
    callbacks.on_test_end(logs);
    return logs;
}

}  // namespace keratin
