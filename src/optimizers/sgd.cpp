#include <keratin/optimizers/sgd.hpp>

#include "optimizers/common.hpp"

namespace keratin::optimizers {

SGD::SGD(SGDOptions options)
    : Optimizer(common_options(options)),
      momentum_(options.momentum),
      nesterov_(options.nesterov),
      momentums_(std::make_shared<std::vector<Variable>>()) {
    if (!(momentum_ >= 0 && momentum_ <= 1))
        fail<ValueError>("{}: momentum is {}; it must be in [0, 1]", name(), momentum_);
}

void SGD::build_slots(std::span<const Variable> variables) {
    if (momentum_ != 0) *momentums_ = add_slots(variables, "momentum");
}

std::vector<Variable> SGD::slots() const {
    return *momentums_;
}

void SGD::update(size_t index, const Tensor& gradient, const Variable& variable, double learning_rate,
                 double decay) {
    for_dtype(variable, [&]<class T>() {
        kernels::kernels<T>().sgd(context(), {learning_rate, momentum_, nesterov_, decay},
                                  gradient.data<T>().data(), writable<T>(variable),
                                  writable<T>(*momentums_, index), gradient.size());
    });
}

Config SGD::get_config() const {
    return base_config().set("momentum", momentum_).set("nesterov", nesterov_);
}

}  // namespace keratin::optimizers
