#include <keratin/optimizers/rmsprop.hpp>

#include "optimizers/common.hpp"

namespace keratin::optimizers {

RMSprop::RMSprop(RMSpropOptions options)
    : Optimizer(common_options(options)),
      rho_(options.rho),
      momentum_(options.momentum),
      epsilon_(options.epsilon),
      centered_(options.centered),
      slots_(std::make_shared<Slots>()) {
    if (!(rho_ >= 0 && rho_ <= 1)) fail<ValueError>("{}: rho is {}; it must be in [0, 1]", name(), rho_);
    if (!(momentum_ >= 0 && momentum_ <= 1))
        fail<ValueError>("{}: momentum is {}; it must be in [0, 1]", name(), momentum_);
}

void RMSprop::build_slots(std::span<const Variable> variables) {
    slots_->velocities = add_slots(variables, "velocity");
    if (momentum_ > 0) slots_->momentums = add_slots(variables, "momentum");
    if (centered_) slots_->average_gradients = add_slots(variables, "average_gradient");
}

std::vector<Variable> RMSprop::slots() const {
    std::vector<Variable> all = slots_->velocities;
    all.insert(all.end(), slots_->momentums.begin(), slots_->momentums.end());
    all.insert(all.end(), slots_->average_gradients.begin(), slots_->average_gradients.end());
    return all;
}

void RMSprop::update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                     double decay) {
    for_dtype(variable, [&]<class T>() {
        kernels::kernels<T>().rmsprop(context(), {learning_rate, rho_, momentum_, epsilon_, centered_, decay},
                                      gradient.data<T>().data(), writable<T>(variable),
                                      writable<T>(slots_->velocities, index),
                                      writable<T>(slots_->momentums, index),
                                      writable<T>(slots_->average_gradients, index), gradient.size());
    });
}

Config RMSprop::get_config() const {
    return base_config()
        .set("rho", rho_)
        .set("momentum", momentum_)
        .set("epsilon", epsilon_)
        .set("centered", centered_);
}

}  // namespace keratin::optimizers
