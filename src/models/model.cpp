#include <keratin/models/model.hpp>

#include "core/config_json.hpp"
#include "layers/layer_state.hpp"
#include "models/trainer.hpp"
#include "models/training_state.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/optimizers/loss_scale_optimizer.hpp>

#include <fmt/ranges.h>

#include <algorithm>

namespace keratin {
namespace {

thread_local const void* logits_wanted_by = nullptr;
thread_local uint64_t logits_of_outputs = 0;

/// A model made of layers leaves dtypes to them.
LayerOptions of_model(LayerOptions options, std::string_view class_name) {
    if (!class_name.empty()) options.autocast = false;
    return options;
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

std::optional<Shape> Model::input_shape() const {
    if (graph_) return inputs().front().shape();
    return detail::LayerState::of(*this)->input_shape();
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
    Config node = serialize(*this);
    node.set("compile_config", get_compile_config());
    return config_to_json(node, name());
}

void Model::stop_training() {
    training_->stop = true;
}

void Model::start_at_epoch(int64_t epoch) {
    if (epoch < 0) fail<ValueError>("{}: fit cannot start at epoch {}; epochs count from 0", name(), epoch);
    training_->first_epoch = epoch;
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
