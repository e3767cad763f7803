#include <keratin/optimizers/adam.hpp>

#include "optimizers/common.hpp"

#include <cmath>

namespace keratin::optimizers {
namespace {

/// learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) in the variable's precision, from betas that were
/// float32 once, as in Keras: near 1 the difference shows in the sixth digit.
template <class T>
double step_size(double learning_rate, double beta_1, double beta_2, int64_t t) {
    const T second = std::sqrt(T(1) - power<T>(beta_2, t));
    return static_cast<double>(static_cast<T>(learning_rate) * second / (T(1) - power<T>(beta_1, t)));
}

AdamOptions as_adam(AdamWOptions o) {
    return {.learning_rate = o.learning_rate,
            .beta_1 = o.beta_1,
            .beta_2 = o.beta_2,
            .epsilon = o.epsilon,
            .amsgrad = o.amsgrad,
            .weight_decay = o.weight_decay,
            .clipnorm = o.clipnorm,
            .clipvalue = o.clipvalue,
            .global_clipnorm = o.global_clipnorm,
            .use_ema = o.use_ema,
            .ema_momentum = o.ema_momentum,
            .ema_overwrite_frequency = o.ema_overwrite_frequency,
            .loss_scale_factor = o.loss_scale_factor,
            .gradient_accumulation_steps = o.gradient_accumulation_steps,
            .name = o.name};
}

}  // namespace

Adam::Adam(AdamOptions options)
    : Optimizer(common_options(options)),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon),
      amsgrad_(options.amsgrad),
      slots_(std::make_shared<Slots>()) {
    require_beta(name(), "beta_1", beta_1_);
    require_beta(name(), "beta_2", beta_2_);
}

void Adam::build_slots(std::span<const Variable> variables) {
    slots_->momentums = add_slots(variables, "momentum");
    slots_->velocities = add_slots(variables, "velocity");
    if (amsgrad_) slots_->velocity_hats = add_slots(variables, "velocity_hat");
}

std::vector<Variable> Adam::slots() const {
    std::vector<Variable> all;
    for (size_t i = 0; i < slots_->momentums.size(); ++i) {
        all.push_back(slots_->momentums[i]);
        all.push_back(slots_->velocities[i]);
    }
    all.insert(all.end(), slots_->velocity_hats.begin(), slots_->velocity_hats.end());
    return all;
}

void Adam::update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                  double decay) {
    for_dtype(variable, [&]<class T>() {
        const double alpha = step_size<T>(learning_rate, beta_1_, beta_2_, iterations() + 1);
        kernels::kernels<T>().adam(context(), {alpha, beta_1_, beta_2_, epsilon_, decay},
                                   gradient.data<T>().data(), writable<T>(variable),
                                   writable<T>(slots_->momentums, index),
                                   writable<T>(slots_->velocities, index),
                                   writable<T>(slots_->velocity_hats, index), gradient.size());
    });
}

Config Adam::get_config() const {
    return base_config()
        .set("beta_1", beta_1_)
        .set("beta_2", beta_2_)
        .set("epsilon", epsilon_)
        .set("amsgrad", amsgrad_);
}

AdamW::AdamW(AdamWOptions options) : Adam(as_adam(std::move(options))) {}

}  // namespace keratin::optimizers
