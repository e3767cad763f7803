#include <keratin/optimizers/lion.hpp>

#include "optimizers/common.hpp"

namespace keratin::optimizers {

Lion::Lion(LionOptions options)
    : Optimizer(common_options(options)),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      slots_(std::make_shared<Slots>()) {
    if (!(beta_1_ > 0 && beta_1_ <= 1))
        fail<ValueError>("{}: beta_1 is {}; it must be in (0, 1], with 0 only signs of gradients count",
                         name(), beta_1_);
    if (!(beta_2_ >= 0 && beta_2_ <= 1))
        fail<ValueError>("{}: beta_2 is {}; it must be in [0, 1]", name(), beta_2_);
}

void Lion::build_slots(std::span<const Variable> variables) {
    slots_->momentums = add_slots(variables, "momentum");
}

std::vector<Variable> Lion::slots() const {
    return slots_->momentums;
}

void Lion::update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                  double decay) {
    for_dtype(variable, [&]<class T>() {
        const std::span<const T> g = gradient.data<T>();
        const std::span<T> w = elements<T>(variable);
        decay_weights(w, decay);
        const T rate = static_cast<T>(learning_rate);
        const std::span<T> m = elements<T>(slots_->momentums[index]);
        const T beta_1 = static_cast<T>(static_cast<float>(beta_1_));
        const T beta_2 = static_cast<T>(static_cast<float>(beta_2_));
        for (size_t i = 0; i < w.size(); ++i) {
            const T direction = m[i] * beta_1 + g[i] * (1 - beta_1);
            w[i] -= rate * static_cast<T>((direction > 0) - (direction < 0));
            m[i] = m[i] * beta_2 + g[i] * (1 - beta_2);
        }
    });
}

Config Lion::get_config() const {
    return base_config().set("beta_1", beta_1_).set("beta_2", beta_2_);
}

}  // namespace keratin::optimizers
