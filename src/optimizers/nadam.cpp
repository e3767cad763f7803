#include <keratin/optimizers/nadam.hpp>

#include "optimizers/common.hpp"

namespace keratin::optimizers {
namespace {

/// The momentum of update t, which grows towards beta_1.
template <class T>
T scheduled(T beta_1, int64_t t) {
    return beta_1 * (T(1) - T(0.5) * power<T>(0.96, t));
}

}  // namespace

Nadam::Nadam(NadamOptions options)
    : Optimizer(common_options(options)),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon),
      slots_(std::make_shared<Slots>()) {
    require_beta(name(), "beta_1", beta_1_);
    require_beta(name(), "beta_2", beta_2_);
}

void Nadam::build_slots(std::span<const Variable> variables) {
    slots_->momentums = add_slots(variables, "momentum");
    slots_->velocities = add_slots(variables, "velocity");
    const DType dtype = variables.empty() ? float32 : variables.front().dtype();
    slots_->product =
        Variable(ones({}, dtype), {.name = "variable", .trainable = false});  // Keras names it so
}

std::vector<Variable> Nadam::slots() const {
    std::vector<Variable> all = interleaved(slots_->momentums, slots_->velocities);
    all.push_back(slots_->product);
    return all;
}

void Nadam::begin_update() {
    for_dtype(slots_->product, [&]<class T>() {
        elements<T>(slots_->product)[0] *= scheduled(static_cast<T>(beta_1_), iterations() + 1);
    });
}

void Nadam::update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                   double decay) {
    for_dtype(variable, [&]<class T>() {
        const std::span<const T> g = gradient.data<T>();
        const std::span<T> w = elements<T>(variable);
        decay_weights(w, decay);
        const T rate = static_cast<T>(learning_rate);
        const std::span<T> m = elements<T>(slots_->momentums[index]);
        const std::span<T> v = elements<T>(slots_->velocities[index]);
        const T beta_1 = static_cast<T>(static_cast<float>(beta_1_));
        const T beta_2 = static_cast<T>(static_cast<float>(beta_2_));
        const T now = scheduled(beta_1, iterations() + 1), next = scheduled(beta_1, iterations() + 2);
        const T product = static_cast<T>(slots_->product.storage().item<double>());
        const T ahead = next / (1 - product * next), here = (1 - now) / (1 - product);
        const T bias = T(1) - power<T>(beta_2_, iterations() + 1), epsilon = static_cast<T>(epsilon_);
        for (size_t i = 0; i < w.size(); ++i) {
            m[i] += (g[i] - m[i]) * (1 - beta_1);
            v[i] += (g[i] * g[i] - v[i]) * (1 - beta_2);
            w[i] -= (ahead * m[i] + here * g[i]) * rate / (std::sqrt(v[i] / bias) + epsilon);
        }
    });
}

Config Nadam::get_config() const {
    return base_config().set("beta_1", beta_1_).set("beta_2", beta_2_).set("epsilon", epsilon_);
}

}  // namespace keratin::optimizers
