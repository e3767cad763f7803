#include <keratin/optimizers/adagrad.hpp>

#include "optimizers/common.hpp"

namespace keratin::optimizers {

Adagrad::Adagrad(AdagradOptions options)
    : Optimizer(common_options(options)),
      initial_(options.initial_accumulator_value),
      epsilon_(options.epsilon),
      slots_(std::make_shared<Slots>()) {
    if (!(initial_ >= 0))
        fail<ValueError>("{}: initial_accumulator_value is {}; it must not be negative", name(), initial_);
}

void Adagrad::build_slots(std::span<const Variable> variables) {
    slots_->accumulators = add_slots(variables, "accumulator", initial_);
}

std::vector<Variable> Adagrad::slots() const {
    return slots_->accumulators;
}

void Adagrad::update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                     double decay) {
    for_dtype(variable, [&]<class T>() {
        const std::span<const T> g = gradient.data<T>();
        const std::span<T> w = elements<T>(variable);
        decay_weights(w, decay);
        const T rate = static_cast<T>(learning_rate);
        const std::span<T> sum = elements<T>(slots_->accumulators[index]);
        const T epsilon = static_cast<T>(epsilon_);
        for (size_t i = 0; i < w.size(); ++i) {
            sum[i] += g[i] * g[i];
            w[i] -= rate * g[i] / std::sqrt(sum[i] + epsilon);
        }
    });
}

Config Adagrad::get_config() const {
    return base_config().set("initial_accumulator_value", initial_).set("epsilon", epsilon_);
}

}  // namespace keratin::optimizers
