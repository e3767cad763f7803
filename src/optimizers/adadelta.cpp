#include <keratin/optimizers/adadelta.hpp>

#include "optimizers/common.hpp"

namespace keratin::optimizers {

Adadelta::Adadelta(AdadeltaOptions options)
    : Optimizer(common_options(options)),
      rho_(options.rho),
      epsilon_(options.epsilon),
      slots_(std::make_shared<Slots>()) {
    if (!(rho_ >= 0 && rho_ <= 1)) fail<ValueError>("{}: rho is {}; it must be in [0, 1]", name(), rho_);
}

void Adadelta::build_slots(std::span<const Variable> variables) {
    slots_->gradients = add_slots(variables, "accumulated_grad");
    slots_->steps = add_slots(variables, "accumulated_delta_var");
}

std::vector<Variable> Adadelta::slots() const {
    return interleaved(slots_->gradients, slots_->steps);
}

void Adadelta::update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                      double decay) {
    for_dtype(variable, [&]<class T>() {
        const std::span<const T> g = gradient.data<T>();
        const std::span<T> w = elements<T>(variable);
        decay_weights(w, decay);
        const T rate = static_cast<T>(learning_rate);
        const std::span<T> squares = elements<T>(slots_->gradients[index]);
        const std::span<T> steps = elements<T>(slots_->steps[index]);
        const T rho = static_cast<T>(rho_), rest = static_cast<T>(1 - rho_),
                epsilon = static_cast<T>(epsilon_);
        for (size_t i = 0; i < w.size(); ++i) {
            squares[i] = rho * squares[i] + rest * (g[i] * g[i]);
            const T step = -(std::sqrt(steps[i] + epsilon) * g[i] / std::sqrt(squares[i] + epsilon));
            steps[i] = rho * steps[i] + rest * (step * step);
            w[i] += rate * step;
        }
    });
}

Config Adadelta::get_config() const {
    return base_config().set("rho", rho_).set("epsilon", epsilon_);
}

}  // namespace keratin::optimizers
