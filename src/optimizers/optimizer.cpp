#include <keratin/optimizers/optimizer.hpp>

#include "optimizers/common.hpp"
#include "optimizers/gradients.hpp"

#include <keratin/autograd/tape.hpp>

#include <algorithm>
#include <cmath>

namespace keratin::optimizers {

struct Optimizer::State {
    bool built = false;
    Variable iteration;
    Variable learning_rate;
    std::vector<Variable> followed;  ///< what it was built for
    std::vector<Variable> averages;
    std::vector<std::string> no_decay;
    std::vector<Variable> accumulators;  ///< sums of the gradients of the steps since the last update
    std::vector<Tensor> changed;         ///< copies of gradients that scaling and clipping change
};

Optimizer::Optimizer(OptimizerOptions options)
    : options_(std::move(options)), state_(std::make_shared<State>()) {
    require_valid(options_);
    state_->iteration = Variable(
        zeros({}, int64), {.name = "iteration", .trainable = false, .path = options_.name + "/iteration"});
    state_->learning_rate =
        Variable(Tensor::scalar(options_.learning_rate.at(0)),
                 {.name = "learning_rate", .trainable = false, .path = options_.name + "/learning_rate"});
}

int64_t Optimizer::iterations() const {
    return steps() / options_.gradient_accumulation_steps.value_or(1);
}
int64_t Optimizer::steps() const {
    return state_->iteration.storage().item<int64_t>();
}
bool Optimizer::built() const {
    return state_->built;
}

double Optimizer::learning_rate() const {
    if (!options_.learning_rate.is_constant()) return options_.learning_rate.at(steps());
    return state_->learning_rate.storage().item<double>();
}

void Optimizer::set_learning_rate(double value) {
    if (!options_.learning_rate.is_constant())
        fail<ValueError>(
            "{}: the learning rate follows a schedule; make the optimizer with a number to set it", name());
    if (!(value >= 0)) fail<ValueError>("{}: learning_rate is {}; it must not be negative", name(), value);
    state_->learning_rate.assign(Tensor::scalar(value));
}

void Optimizer::exclude_from_weight_decay(std::vector<std::string> path_parts) {
    state_->no_decay = std::move(path_parts);
}

std::vector<Variable> Optimizer::add_slots(std::span<const Variable> variables, std::string_view suffix,
                                           double value) const {
    std::vector<Variable> slots;
    for (const Variable& variable : variables) {
        std::string flat = variable.path();
        std::replace(flat.begin(), flat.end(), '/', '_');
        const std::string slot = fmt::format("{}_{}", flat, suffix);
        slots.emplace_back(full(variable.shape(), value, variable.dtype()),
                           VariableOptions{.name = slot, .trainable = false, .path = name() + "/" + slot});
    }
    return slots;
}

void Optimizer::build(std::span<const Variable> variables) {
    if (state_->built) return;
    for (const Variable& variable : variables)
        if (!is_floating(variable.dtype()) || is_half(variable.dtype()))
            fail<DTypeError>(
                "{}: {} is {}; only float32 and float64 can be trained, make it not trainable{}", name(),
                variable.path(), variable.dtype(),
                is_half(variable.dtype())
                    ? ", or its layer's dtype \"mixed_" + std::string(keratin::name(variable.dtype())) + "\""
                    : "");
    if (options_.use_ema) {
        state_->averages = add_slots(variables, "average");
        for (size_t i = 0; i < variables.size(); ++i) state_->averages[i].assign(variables[i].storage());
    }
    if (options_.gradient_accumulation_steps)
        state_->accumulators = add_slots(variables, "gradient_accumulator");
    build_slots(variables);
    state_->followed.assign(variables.begin(), variables.end());
    state_->changed.resize(variables.size());
    state_->built = true;
}

std::vector<Variable> Optimizer::variables() const {
    std::vector<Variable> all = {state_->iteration};
    if (options_.learning_rate.is_constant()) all.push_back(state_->learning_rate);
    all.insert(all.end(), state_->averages.begin(), state_->averages.end());
    all.insert(all.end(), state_->accumulators.begin(), state_->accumulators.end());
    for (Variable& slot : slots()) all.push_back(std::move(slot));
    return all;
}

void Optimizer::require_fit(std::span<const Tensor> gradients, std::span<const Variable> variables) const {
    if (gradients.size() != variables.size())
        fail<ValueError>("{}: apply got {} gradients for {} variables; give one for each", name(),
                         gradients.size(), variables.size());
    bool same = variables.size() == state_->followed.size();
    for (size_t i = 0; same && i < variables.size(); ++i) same = variables[i].same_as(state_->followed[i]);
    if (!same)
        fail<ValueError>(
            "{}: apply got other variables than it was built for ({} now, {} then); make a new optimizer, "
            "or compile() again after changing trainable",
            name(), variables.size(), state_->followed.size());
    bool any = variables.empty();
    for (size_t i = 0; i < gradients.size(); ++i) {
        if (!gradients[i].defined()) continue;
        any = true;
        if (gradients[i].shape() != variables[i].shape())
            fail<ShapeError>("{}: the gradient of {} has shape {}, the variable {}; they must agree", name(),
                             variables[i].path(), gradients[i].shape(), variables[i].shape());
        if (gradients[i].dtype() != variables[i].dtype())
            fail<DTypeError>("{}: the gradient of {} is {}, the variable {}; cast() the gradient", name(),
                             variables[i].path(), gradients[i].dtype(), variables[i].dtype());
    }
    if (!any) fail<ValueError>("{}: no variable has a gradient; does the loss depend on them?", name());
}

std::span<const Tensor> Optimizer::unscaled(std::span<const Tensor> gradients) const {
    if (!options_.loss_scale_factor) return gradients;
    std::vector<Tensor>& changed = state_->changed;
    for (size_t i = 0; i < gradients.size(); ++i) {
        changed[i] = gradients[i];
        if (changed[i].defined()) divide(changed[i], *options_.loss_scale_factor);
    }
    return changed;
}

/// Adds to the sums; where an update is due, its gradients are their means, else there are none.
std::span<const Tensor> Optimizer::accumulated(std::span<const Tensor> gradients) const {
    if (!options_.gradient_accumulation_steps) return gradients;
    const int64_t wanted = *options_.gradient_accumulation_steps;
    const bool due = (steps() + 1) % wanted == 0;
    std::vector<Tensor>& changed = state_->changed;
    for (size_t i = 0; i < gradients.size(); ++i) {
        Tensor& sum = state_->accumulators[i].storage();
        const Tensor gradient = gradients[i];  // may be changed[i] itself
        if (!gradient.defined()) continue;
        add_to(sum, gradient);
        if (!due) continue;
        changed[i] = sum;
        divide(changed[i], static_cast<double>(wanted));
    }
    if (due)
        for (const Variable& sum : state_->accumulators) sum.assign(zeros(sum.shape(), sum.dtype()));
    return due ? std::span<const Tensor>(changed) : std::span<const Tensor>();
}

std::span<const Tensor> Optimizer::clip(std::span<const Tensor> gradients) const {
    const OptimizerOptions& o = options_;
    if (!o.clipnorm && !o.clipvalue && !o.global_clipnorm) return gradients;
    std::vector<Tensor>& changed = state_->changed;
    double global = 0;
    for (size_t i = 0; i < gradients.size(); ++i) {
        changed[i] = gradients[i];
        if (o.global_clipnorm && gradients[i].defined()) global += squared_norm(gradients[i]);
    }
    global = std::sqrt(global);
    for (Tensor& g : changed) {
        if (!g.defined()) continue;
        if (o.clipvalue) clip_values(g, *o.clipvalue);
        if (o.global_clipnorm && global > *o.global_clipnorm) scale(g, *o.global_clipnorm / global);
        if (o.clipnorm) {
            const double norm = std::sqrt(squared_norm(g));
            if (norm > *o.clipnorm) scale(g, *o.clipnorm / norm);
        }
    }
    return changed;
}

void Optimizer::apply(std::span<const Tensor> gradients, std::span<const Variable> variables) {
    build(variables);
    require_fit(gradients, variables);
    NoGradient pause;
    const std::span<const Tensor> used = accumulated(unscaled(gradients));
    if (!used.empty()) update_all(clip(used), variables);
    for (Tensor& copy : state_->changed) copy = {};
    if (options_.use_ema) update_averages(variables);
    for (const Variable& variable : variables)
        if (variable.constraint()) variable.assign(variable.constraint()(variable.storage()));
    state_->iteration.storage().mutable_data<int64_t>()[0] += 1;
}

void Optimizer::update_all(std::span<const Tensor> used, std::span<const Variable> variables) {
    const double rate = learning_rate();
    begin_update();
    for (size_t i = 0; i < variables.size(); ++i) {
        if (!used[i].defined()) continue;
        const std::string& path = variables[i].path();
        const bool decays =
            options_.weight_decay &&
            std::none_of(state_->no_decay.begin(), state_->no_decay.end(),
                         [&](const std::string& part) { return path.find(part) != std::string::npos; });
        update(i, used[i], variables[i], rate, decays ? *options_.weight_decay * rate : 0.0);
    }
}

void Optimizer::update_averages(std::span<const Variable> variables) {
    const int64_t step = iterations();
    const bool overwrite =
        options_.ema_overwrite_frequency && (step + 1) % *options_.ema_overwrite_frequency == 0;
    for (size_t i = 0; i < variables.size(); ++i) {
        const double momentum = step == 0 ? 0.0 : options_.ema_momentum;
        Tensor& average = state_->averages[i].storage();
        average_into(average, variables[i].storage(), momentum);
        if (overwrite) variables[i].assign(average);
    }
}

std::vector<std::pair<Variable, Variable>> Optimizer::averages() const {
    std::vector<std::pair<Variable, Variable>> pairs;
    for (size_t i = 0; i < state_->averages.size(); ++i)
        pairs.emplace_back(state_->followed[i], state_->averages[i]);
    return pairs;
}

void Optimizer::finalize_variable_values(std::span<const Variable> variables) {
    if (!options_.use_ema || !state_->built) return;
    for (size_t i = 0; i < variables.size() && i < state_->averages.size(); ++i)
        variables[i].assign(state_->averages[i].storage());
}

}  // namespace keratin::optimizers
