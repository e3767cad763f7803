#include "ops/nn/conv_fused.hpp"

#include "support/catch.hpp"
#include "support/conv_cases.hpp"
#include "support/gradient_cases.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

#include <vector>

using namespace keratin;
using kernels::Activation;

namespace {

Tensor step_by_step(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                    const nn::Conv2DOptions& options, Activation activation) {
    Tensor y = nn::conv2d(x, kernel, options);
    if (bias.defined()) y = y + bias;
    switch (activation) {
        case Activation::relu:
            return nn::relu(y);
        case Activation::tanh:
            return tanh(y);
        case Activation::sigmoid:
            return sigmoid(y);
        case Activation::none:
            break;
    }
    return y;
}

}  // namespace

TEST_CASE("the fused convolution is convolution, bias and activation one after the other", "[ops][conv2d]") {
    const DType dtype = GENERATE(float32, float64);
    const Activation activation =
        GENERATE(Activation::none, Activation::relu, Activation::tanh, Activation::sigmoid);
    const bool with_bias = GENERATE(false, true);
    window_cases::Sampler random(21);
    for (int i = 0; i < 15; ++i) {
        const auto c = conv_cases::sample(random, {});
        const Tensor x = numbers::distinct(c.x, random.seed(), 1.0, dtype);
        const Tensor kernel = numbers::distinct(c.kernel, random.seed(), 1.0, dtype);
        const Tensor bias = with_bias ? numbers::distinct({c.y[3]}, random.seed(), 1.0, dtype) : Tensor();
        const Tensor dy = numbers::distinct(c.y, random.seed(), 1.0, dtype);

        GradientTape tape({.persistent = true});
        for (const Tensor& input : {x, kernel}) tape.watch(input);
        if (with_bias) tape.watch(bias);
        std::vector<Tensor> sources{x, kernel};
        if (with_bias) sources.push_back(bias);
        const Tensor fused = nn::conv2d_bias_activation(x, kernel, bias, c.options, activation);
        const Tensor steps = step_by_step(x, kernel, bias, c.options, activation);
        const auto fused_gradients = tape.gradient(fused, sources, {.output_gradients = dy});
        const auto steps_gradients = tape.gradient(steps, sources, {.output_gradients = dy});
        INFO(c.name() << ", activation " << static_cast<int>(activation) << ", " << name(dtype));
        const double tolerance = dtype == float32 ? 1e-5 : 1e-13;
        CHECK(numbers::difference(fused, steps) < tolerance);
        for (size_t k = 0; k < sources.size(); ++k)
            CHECK(numbers::difference(fused_gradients[k], steps_gradients[k]) < tolerance);
    }
}

TEST_CASE("the fused convolution follows each input by itself", "[ops][conv2d]") {
    const Tensor x = numbers::distinct({1, 5, 5, 2}, 1);
    const Tensor kernel = numbers::distinct({3, 3, 2, 3}, 2);
    const Tensor bias = numbers::distinct({3}, 3);
    for (const Tensor& followed : {x, kernel, bias}) {
        GradientTape tape({.persistent = true});
        tape.watch(followed);
        const Tensor fused = nn::conv2d_bias_activation(x, kernel, bias, {}, Activation::tanh);
        const Tensor steps = step_by_step(x, kernel, bias, {}, Activation::tanh);
        CHECK(numbers::difference(tape.gradient(fused, followed), tape.gradient(steps, followed)) < 1e-13);
    }
}

TEST_CASE("the gradients of the fused convolution, and theirs, agree with central differences",
          "[ops][conv2d]") {
    window_cases::Sampler random(22);
    GradientCases cases;
    for (const auto activation : {Activation::none, Activation::relu, Activation::tanh, Activation::sigmoid})
        for (int i = 0; i < 2; ++i) {
            const auto c = conv_cases::sample(random, {.side = 4, .kernel = 3, .channels = 2, .groups = 2});
            cases.both(c.name(),
                       [&](const std::vector<Tensor>& in) {
                           return nn::conv2d_bias_activation(in[0], in[1], in[2], c.options, activation);
                       },
                       {numbers::distinct(c.x, random.seed()), numbers::distinct(c.kernel, random.seed()),
                        numbers::distinct({c.y[3]}, random.seed())});
        }
    CHECK(cases.second_order() >= 8);
}

TEST_CASE("the fused convolution tells a bias that does not fit", "[ops][conv2d][errors]") {
    const Tensor x = zeros({1, 4, 4, 1}), kernel = zeros({3, 3, 1, 2});
    CHECK_THROWS_MATCHES(
        nn::conv2d_bias_activation(x, kernel, zeros({3}), {}, Activation::none), ShapeError,
        Message("conv2d: bias has shape (3,), kernel (kernel shape (3, 3, 1, 2)) has 2 filters; give "
                "a bias of shape (2,)"));
    CHECK_THROWS_MATCHES(
        nn::conv2d_bias_activation(x, kernel, zeros({2}, float64), {}, Activation::none), DTypeError,
        Message("conv2d: input of shape (1, 4, 4, 1) is float32, bias of shape (2,) is float64; "
                "cast() one to the other's dtype"));
}
