#include <keratin/autograd/check_gradients.hpp>

#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>

#include <algorithm>
#include <cmath>

namespace keratin {
namespace {

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

/// Weights of the outputs, the same at every call: without them an error that cancels in the sum would hide.
Tensor output_weights(const Tensor& y) {
    return random::uniform(y.shape(), {.minval = 0.5, .maxval = 1.5, .dtype = y.dtype(), .seed = 42});
}

double weighted_sum(const Tensor& y, const Tensor& weights) {
    double sum = 0;
    for (size_t i = 0; i < y.data<double>().size(); ++i)
        sum += y.data<double>()[i] * weights.data<double>()[i];
    return sum;
}

/// d sum(f * weights) / d inputs, zeros where f does not depend on one.
std::vector<Tensor> analytic_gradients(const Function& f, const std::vector<Tensor>& inputs) {
    GradientTape tape;
    for (const Tensor& input : inputs) tape.watch(input);
    const Tensor y = f(inputs);
    return tape.gradient(y, inputs, {.output_gradients = output_weights(y), .unconnected_as_zeros = true});
}

double central_difference(const Function& f, std::vector<Tensor> inputs, size_t input, size_t element,
                          double eps) {
    const double x = inputs[input].data<double>()[element];
    const auto evaluate = [&](double value) {
        inputs[input].mutable_data<double>()[element] = value;
        const Tensor y = f(inputs);
        return weighted_sum(y, output_weights(y));
    };
    const double above = evaluate(x + eps);
    const double below = evaluate(x - eps);
    return (above - below) / (2 * eps);
}

void require_float64(const std::vector<Tensor>& inputs, const char* owner) {
    for (size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i].dtype() != float64)
            fail<DTypeError>("{}: input {} is {}; finite differences need float64: cast() it", owner, i,
                             inputs[i].dtype());
}

}  // namespace

GradientCheck check_gradients(const Function& f, const std::vector<Tensor>& inputs,
                              const GradientCheckOptions& options) {
    require_float64(inputs, "check_gradients");
    const std::vector<Tensor> analytic = analytic_gradients(f, inputs);
    GradientCheck result;
    NoGradient pause;
    for (size_t i = 0; i < inputs.size(); ++i) {
        for (size_t k = 0; k < static_cast<size_t>(inputs[i].size()); ++k) {
            const double numeric = central_difference(f, inputs, i, k, options.eps);
            const double got = analytic[i].data<double>()[k];
            const double error = std::abs(got - numeric) / (options.atol + options.rtol * std::abs(numeric));
            if (error <= 1 && error <= result.worst) continue;
            result.passed = result.passed && error <= 1;  // false for NaN as well
            if (error > result.worst || std::isnan(error)) {
                result.worst = error;
                result.message = fmt::format("input {}, element {}: gradient {}, central difference {}", i, k,
                                             got, numeric);
            }
        }
    }
    return result;
}

GradientCheck check_second_gradients(const Function& f, const std::vector<Tensor>& inputs,
                                     const GradientCheckOptions& options) {
    require_float64(inputs, "check_second_gradients");
    GradientCheck worst;
    for (size_t i = 0; i < inputs.size(); ++i) {
        const auto gradient_of_input = [&](const std::vector<Tensor>& x) {
            return analytic_gradients(f, x)[i];
        };
        GradientCheck check = check_gradients(gradient_of_input, inputs, options);
        check.message = fmt::format("gradient of input {}: {}", i, check.message);
        if (!check.passed || check.worst > worst.worst) {
            check.passed = check.passed && worst.passed;
            worst = check;
        }
    }
    return worst;
}

}  // namespace keratin
