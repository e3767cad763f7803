#pragma once

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/autograd/variable.hpp>

#include <cmath>
#include <functional>
#include <vector>

/// Gradient checks with respect to variables, where keratin::check_gradients() takes tensors.
namespace conformance {

using keratin::GradientCheck;
using keratin::Tensor;
using keratin::Variable;
using Computation = std::function<Tensor()>;

/// Weights of the outputs, so that errors do not cancel in the sum.
inline Tensor output_weights(const Tensor& y) {
    std::vector<double> weights(static_cast<size_t>(y.size()));
    for (size_t i = 0; i < weights.size(); ++i)
        weights[i] = 0.5 + std::fmod(0.618 * static_cast<double>(i), 1.0);
    return Tensor::from(weights, y.shape());
}

inline std::vector<Tensor> gradients_of(const Computation& f, const std::vector<Variable>& variables) {
    keratin::GradientTape tape;
    const Tensor y = f();
    return tape.gradient(y, variables, {.output_gradients = output_weights(y), .unconnected_as_zeros = true});
}

/// The weighted sum of f with one element of a variable set to another value.
inline double evaluate_with(const Computation& f, const Variable& variable, size_t element, double value) {
    const Tensor before = variable.storage();
    Tensor moved = before;
    moved.mutable_data<double>()[element] = value;
    variable.assign(moved);
    const Tensor y = f();
    const Tensor weights = output_weights(y);
    variable.assign(before);
    double sum = 0;
    for (size_t i = 0; i < static_cast<size_t>(y.size()); ++i)
        sum += y.data<double>()[i] * weights.data<double>()[i];
    return sum;
}

inline GradientCheck check_variables(const Computation& f, const std::vector<Variable>& variables) {
    constexpr double eps = 1e-6;
    constexpr double rtol = 1e-4;
    constexpr double atol = 1e-6;
    const std::vector<Tensor> analytic = gradients_of(f, variables);
    GradientCheck result;
    const keratin::NoGradient pause;
    for (size_t v = 0; v < variables.size(); ++v)
        for (size_t i = 0; i < static_cast<size_t>(variables[v].shape().size()); ++i) {
            const double x = variables[v].storage().data<double>()[i];
            const double numeric =
                (evaluate_with(f, variables[v], i, x + eps) - evaluate_with(f, variables[v], i, x - eps)) /
                (2 * eps);
            const double got = analytic[v].data<double>()[i];
            const double error = std::abs(got - numeric) / (atol + rtol * std::abs(numeric));
            if (error <= 1) continue;
            result.passed = false;  // for NaN as well
            result.message = fmt::format("{}, element {}: gradient {}, central difference {}",
                                         variables[v].path(), i, got, numeric);
        }
    return result;
}

/// The same one order higher, for every pair of variables.
inline GradientCheck check_variables_twice(const Computation& f, const std::vector<Variable>& variables) {
    for (size_t v = 0; v < variables.size(); ++v) {
        GradientCheck check = check_variables([&] { return gradients_of(f, variables)[v]; }, variables);
        if (check.passed) continue;
        check.message = fmt::format("gradient of {}: {}", variables[v].path(), check.message);
        return check;
    }
    return {};
}

}  // namespace conformance
