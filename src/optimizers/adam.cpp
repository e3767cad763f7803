#include <keratin/optimizers/adam.hpp>

#include "optimizers/common.hpp"

#include <cmath>

namespace keratin::optimizers {
namespace {

void require_beta(const std::string& owner, const char* what, double beta) {
    if (!(beta >= 0 && beta < 1)) fail<ValueError>("{}: {} is {}; it must be in [0, 1)", owner, what, beta);
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
    const auto step = static_cast<double>(iterations() + 1);
    const double alpha =
        learning_rate * std::sqrt(1 - std::pow(beta_2_, step)) / (1 - std::pow(beta_1_, step));
    for_dtype(variable, [&]<class T>() {
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
