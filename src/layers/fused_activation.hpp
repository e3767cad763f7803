#pragma once

#include "kernels/kernels.hpp"

#include <keratin/ops/nn/activation_function.hpp>

namespace keratin::layers {

/// compute(a) with the activation inside where the kernels have it, else the activation of compute(none).
template <class Compute>
Tensor activated(const ActivationFunction& activation, Compute compute) {
    using Kernel = kernels::Activation;
    if (activation.is_linear()) return compute(Kernel::none);
    if (activation.name() == "relu") return compute(Kernel::relu);
    if (activation.name() == "tanh") return compute(Kernel::tanh);
    if (activation.name() == "sigmoid") return compute(Kernel::sigmoid);
    return activation(compute(Kernel::none));
}

}  // namespace keratin::layers
