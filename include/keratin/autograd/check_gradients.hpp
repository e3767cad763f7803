#pragma once

#include <keratin/core/tensor.hpp>

#include <concepts>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace keratin {

struct GradientCheckOptions {
    double eps = 1e-6;  ///< step of the central difference
    double rtol = 1e-4;
    double atol = 1e-6;
};

/// What check_gradients found; true when every element agrees.
struct GradientCheck {
    bool passed = true;
    double worst = 0;     ///< largest |analytic - numeric| / (atol + rtol * |numeric|)
    std::string message;  ///< the worst element: input, index, both values

    explicit operator bool() const { return passed; }
};

/// Compares the tape's gradient of sum(f(inputs) * random weights) with central differences, for every
/// element of every input. Inputs are float64 (DTypeError otherwise); f must be deterministic and smooth
/// around them.
KERATIN_EXPORT GradientCheck check_gradients(const std::function<Tensor(const std::vector<Tensor>&)>& f,
                                             const std::vector<Tensor>& inputs,
                                             const GradientCheckOptions& options = {});

/// The same one order higher: checks the gradient of x -> df/dx, for every pair of inputs.
KERATIN_EXPORT GradientCheck
check_second_gradients(const std::function<Tensor(const std::vector<Tensor>&)>& f,
                       const std::vector<Tensor>& inputs, const GradientCheckOptions& options = {});

/// For a function that takes its tensors one by one.
template <class F>
requires(std::invocable<F, Tensor> && !std::invocable<F, std::vector<Tensor>>) GradientCheck
    check_gradients(F f, const std::vector<Tensor>& inputs, const GradientCheckOptions& options = {}) {
    return check_gradients([&](const std::vector<Tensor>& x) { return Tensor(f(x[0])); }, inputs, options);
}
template <class F>
requires std::invocable<F, Tensor, Tensor> GradientCheck
check_gradients(F f, const std::vector<Tensor>& inputs, const GradientCheckOptions& options = {}) {
    return check_gradients([&](const std::vector<Tensor>& x) { return Tensor(f(x[0], x[1])); }, inputs,
                           options);
}

}  // namespace keratin
