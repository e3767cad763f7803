#pragma once

#include "core/context.hpp"

#include <keratin/autograd/variable.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/optimizers/optimizer.hpp>

#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

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
            .loss_scale_factor = o.loss_scale_factor,
            .gradient_accumulation_steps = o.gradient_accumulation_steps,
            .name = o.name};
}

/// Throws ValueError for what no optimizer can be told.
void require_valid(const OptimizerOptions& options);

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

inline void require_beta(const std::string& owner, const char* what, double beta) {
    if (!(beta >= 0 && beta < 1)) fail<ValueError>("{}: {} is {}; it must be in [0, 1)", owner, what, beta);
}

/// beta^t in the variable's precision, of a beta that was float32 once, as in Keras.
template <class T>
T power(double beta, int64_t t) {
    return static_cast<T>(std::pow(static_cast<double>(static_cast<float>(beta)), static_cast<double>(t)));
}

/// Two slots a variable, one after the other, as Keras lists them.
inline std::vector<Variable> interleaved(const std::vector<Variable>& a, const std::vector<Variable>& b) {
    std::vector<Variable> all;
    for (size_t i = 0; i < a.size(); ++i) all.insert(all.end(), {a[i], b[i]});
    return all;
}

/// w -= w * decay, which comes before the step.
template <class T>
void decay_weights(std::span<T> weights, double decay) {
    if (decay == 0) return;
    for (T& weight : weights) weight -= weight * static_cast<T>(decay);
}

template <class T>
std::span<T> elements(const Variable& variable) {
    return variable.storage().mutable_data<T>();
}

}  // namespace keratin::optimizers
