#include <keratin/ops/nn/activation_function.hpp>

#include "core/unknown_class.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

#include <fmt/format.h>

#include <iterator>

namespace keratin {
namespace {

Tensor linear(const Tensor& x) {
    return x;
}

/// In the order of ActivationFunction::names.
constexpr ActivationFunction::Function functions[] = {
    linear,
    [](const Tensor& x) { return nn::relu(x); },
    [](const Tensor& x) { return nn::relu6(x); },
    [](const Tensor& x) { return nn::leaky_relu(x); },
    [](const Tensor& x) { return nn::softmax(x); },
    [](const Tensor& x) { return sigmoid(x); },
    [](const Tensor& x) { return tanh(x); },
    [](const Tensor& x) { return nn::silu(x); },
    [](const Tensor& x) { return nn::silu(x); },
    [](const Tensor& x) { return nn::hard_silu(x); },
    [](const Tensor& x) { return nn::hard_silu(x); },
    [](const Tensor& x) { return nn::hard_sigmoid(x); },
    [](const Tensor& x) { return nn::elu(x); },
    [](const Tensor& x) { return nn::selu(x); },
    [](const Tensor& x) { return nn::gelu(x); },
    [](const Tensor& x) { return nn::softplus(x); },
    [](const Tensor& x) { return nn::softsign(x); },
    [](const Tensor& x) { return exp(x); },
    [](const Tensor& x) { return nn::log_softmax(x); },
    [](const Tensor& x) { return nn::log_sigmoid(x); },
    [](const Tensor& x) { return nn::mish(x); },
};
static_assert(std::size(functions) + 1 == ActivationFunction::names.size());

}  // namespace

Tensor ActivationFunction::operator()(const Tensor& x) const {
    return function_ ? function_(x) : functions[index_](x);
}

ActivationFunction activation(std::string_view name) {
    std::string accepted;
    for (size_t i = 0; i + 1 < ActivationFunction::names.size(); ++i) {
        const std::string_view word = ActivationFunction::names[i];
        if (word == name) {
            ActivationFunction found;
            found.index_ = static_cast<int>(i);
            return found;
        }
        accepted += fmt::format("{}\"{}\"", i ? ", " : "", word);
    }
    fail<UnknownClass>("activation: no activation is called \"{}\"; there are {}, or pass a function", name,
                       accepted);
}

}  // namespace keratin
