#include <keratin/optimizers/loss_scale_optimizer.hpp>

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

#include <algorithm>

namespace keratin::optimizers {
namespace {

bool all_finite(std::span<const Tensor> gradients) {
    return std::all_of(gradients.begin(), gradients.end(), [](const Tensor& gradient) {
        return !gradient.defined() || reduce_all(is_finite(gradient)).item<bool>();
    });
}

}  // namespace

LossScaleOptimizer::LossScaleOptimizer(OptimizerHandle inner, LossScaleOptimizerOptions options)
    : Optimizer({.learning_rate = 0.0, .name = options.name}),
      inner_(std::move(inner)),
      initial_scale_(options.initial_scale),
      growth_steps_(options.dynamic_growth_steps),
      counters_(std::make_shared<Counters>()) {
    if (!inner_) fail<ValueError>("{}: there is no inner optimizer; give one", name());
    if (inner_->loss_scale() != 1)
        fail<ValueError>("{}: the inner optimizer has a loss_scale_factor of its own; leave it out", name());
    if (!(initial_scale_ > 0))
        fail<ValueError>("{}: initial_scale is {}; it must be positive", name(), initial_scale_);
    if (growth_steps_ < 1)
        fail<ValueError>("{}: dynamic_growth_steps is {}; it must be at least 1", name(), growth_steps_);
}

void LossScaleOptimizer::build(std::span<const Variable> variables) {
    if (built()) return;
    inner_->build(variables);
    Optimizer::build(variables);
}

void LossScaleOptimizer::build_slots(std::span<const Variable>) {
    const auto counter = [this](const char* word, const Tensor& value) {
        return Variable(value, {.name = word, .trainable = false, .path = name() + "/" + word});
    };
    counters_->step_counter = counter("step_counter", zeros({}, int32));
    counters_->dynamic_scale = counter("dynamic_scale", Tensor::scalar(initial_scale_, float32));
}

double LossScaleOptimizer::loss_scale() const {
    return built() ? counters_->dynamic_scale.storage().item<double>() : initial_scale_;
}

void LossScaleOptimizer::apply(std::span<const Tensor> gradients, std::span<const Variable> variables) {
    build(variables);
    NoGradient pause;
    const double scale = loss_scale();
    const int64_t done = counters_->step_counter.storage().item<int64_t>();
    const auto set = [this](int64_t counter, double factor) {
        counters_->step_counter.assign(Tensor::scalar(counter, int32));
        counters_->dynamic_scale.assign(Tensor::scalar(factor, float32));
    };
    if (!all_finite(gradients)) return set(0, scale * 0.5);
    std::vector<Tensor> unscaled;
    for (const Tensor& gradient : gradients)
        unscaled.push_back(gradient.defined() ? gradient / scale : Tensor());
    inner_->apply(unscaled, variables);
    done == growth_steps_ - 1 ? set(0, scale * 2) : set(done + 1, scale);
}

std::vector<Variable> LossScaleOptimizer::variables() const {
    std::vector<Variable> all = Optimizer::variables();
    if (built()) all.insert(all.end(), {counters_->step_counter, counters_->dynamic_scale});
    for (Variable& variable : inner_->variables()) all.push_back(std::move(variable));
    return all;
}

void LossScaleOptimizer::finalize_variable_values(std::span<const Variable> variables) {
    inner_->finalize_variable_values(variables);
}

Config LossScaleOptimizer::get_config() const {
    return Config::object({{"name", name()},
                           {"inner_optimizer", inner_->serialize()},
                           {"initial_scale", initial_scale_},
                           {"dynamic_growth_steps", growth_steps_}});
}

}  // namespace keratin::optimizers
