#include <keratin/optimizers/adamax.hpp>

#include "optimizers/common.hpp"

#include <algorithm>

namespace keratin::optimizers {

Adamax::Adamax(AdamaxOptions options)
    : Optimizer(common_options(options)),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon),
      slots_(std::make_shared<Slots>()) {
    require_beta(name(), "beta_1", beta_1_);
    require_beta(name(), "beta_2", beta_2_);
}

void Adamax::build_slots(std::span<const Variable> variables) {
    slots_->momentums = add_slots(variables, "momentum");
    slots_->norms = add_slots(variables, "norm");
}

std::vector<Variable> Adamax::slots() const {
    return interleaved(slots_->momentums, slots_->norms);
}

void Adamax::update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                    double decay) {
    for_dtype(variable, [&]<class T>() {
        const std::span<const T> g = gradient.data<T>();
        const std::span<T> w = elements<T>(variable);
        decay_weights(w, decay);
        const T rate = static_cast<T>(learning_rate);
        const std::span<T> m = elements<T>(slots_->momentums[index]);
        const std::span<T> u = elements<T>(slots_->norms[index]);
        const T rest = static_cast<T>(1 - beta_1_), beta_2 = static_cast<T>(beta_2_);
        const T epsilon = static_cast<T>(epsilon_), bias = T(1) - power<T>(beta_1_, iterations() + 1);
        for (size_t i = 0; i < w.size(); ++i) {
            m[i] += (g[i] - m[i]) * rest;
            u[i] = std::max(beta_2 * u[i], std::abs(g[i]));
            w[i] -= rate * m[i] / (bias * (u[i] + epsilon));
        }
    });
}

Config Adamax::get_config() const {
    return base_config().set("beta_1", beta_1_).set("beta_2", beta_2_).set("epsilon", epsilon_);
}

}  // namespace keratin::optimizers
