#pragma once

#include "core/context.hpp"

#include <keratin/autograd/variable.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/optimizers/optimizer.hpp>

#include <utility>

namespace keratin::optimizers {

/// The options that every optimizer passes on to its base.
template <class Options>
OptimizerOptions common_options(const Options& o) {
    return {.learning_rate = o.learning_rate,
            .weight_decay = o.weight_decay,
            .clipnorm = o.clipnorm,
            .clipvalue = o.clipvalue,
            .global_clipnorm = o.global_clipnorm,
            .use_ema = o.use_ema,
            .ema_momentum = o.ema_momentum,
            .ema_overwrite_frequency = o.ema_overwrite_frequency,
            .name = o.name};
}

/// Calls f<T>() for the variable's floating type.
template <class F>
void for_dtype(const Variable& variable, F f) {
    if (variable.dtype() == float64)
        f.template operator()<double>();
    else
        f.template operator()<float>();
}

template <class T>
T* writable(const Variable& variable) {
    return variable.storage().mutable_data<T>().data();
}

/// The slot's memory, null when there are no such slots.
template <class T>
T* writable(const std::vector<Variable>& slots, size_t index) {
    return slots.empty() ? nullptr : writable<T>(slots[index]);
}

}  // namespace keratin::optimizers
