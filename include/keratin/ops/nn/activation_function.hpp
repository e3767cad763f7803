#pragma once

#include <keratin/core/export.hpp>
#include <keratin/core/tensor.hpp>

#include <array>
#include <concepts>
#include <string>
#include <string_view>

namespace keratin {

/// An activation as an option: a name ("relu", "tanh", "softmax", …; a misspelt literal does not compile),
/// any function Tensor(const Tensor&), or a lambda without captures. Default: linear. A run-time string goes
/// through activation(name).
class KERATIN_EXPORT ActivationFunction {
public:
    using Function = Tensor (*)(const Tensor&);

    static constexpr std::array<std::string_view, 22> names = {
        "linear",   "relu",        "relu6",       "leaky_relu",   "softmax", "sigmoid", "tanh", "silu",
        "swish",    "hard_silu",   "hard_swish",  "hard_sigmoid", "elu",     "selu",    "gelu", "softplus",
        "softsign", "exponential", "log_softmax", "log_sigmoid",  "mish",    "custom"};

    constexpr ActivationFunction() = default;
    consteval ActivationFunction(const char* literal) : index_(find(literal)) {
        if (index_ < 0 || names[static_cast<size_t>(index_)] == "custom") throw "no activation has this name";
    }
    constexpr ActivationFunction(Function function)
        : index_(static_cast<int>(names.size()) - 1), function_(function) {}
    template <class F>
    requires(std::convertible_to<F, Function>&& std::is_class_v<F>) constexpr ActivationFunction(F lambda)
        : ActivationFunction(static_cast<Function>(lambda)) {}

    Tensor operator()(const Tensor& x) const;
    constexpr std::string_view name() const { return names[static_cast<size_t>(index_)]; }
    constexpr bool is_linear() const { return index_ == 0; }
    constexpr bool is_custom() const { return function_ != nullptr; }

    friend constexpr bool operator==(const ActivationFunction&, const ActivationFunction&) = default;
    friend KERATIN_EXPORT ActivationFunction activation(std::string_view name);

private:
    static constexpr int find(std::string_view text) {
        for (size_t i = 0; i < names.size(); ++i)
            if (names[i] == text) return static_cast<int>(i);
        return -1;
    }

    int index_ = 0;
    Function function_ = nullptr;
};

/// The activation of that name, for strings known only at run time; throws ValueError listing the accepted
/// words.
KERATIN_EXPORT ActivationFunction activation(std::string_view name);

}  // namespace keratin
