#pragma once

#include <keratin/autograd/tape.hpp>
#include <keratin/core/tensor.hpp>

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace keratin {

namespace detail {
/// Records y as a function of inputs whose gradients `backward` computes, one per input, from dLoss/dy.
KERATIN_EXPORT Tensor record_custom(Tensor y, std::vector<Tensor> inputs,
                                    std::function<std::vector<Tensor>(const Tensor& dy)> backward);
}  // namespace detail

/// What custom_gradient returns: call it with tensors.
template <class Forward, class Backward>
class CustomGradient {
public:
    CustomGradient(Forward forward, Backward backward)
        : forward_(std::move(forward)), backward_(std::move(backward)) {}

    template <std::convertible_to<Tensor>... Inputs>
    Tensor operator()(const Inputs&... inputs) const {
        return record(Tensor(inputs)...);
    }

private:
    template <class... X>
    Tensor record(X... x) const {
        Tensor y = [&] {
            NoGradient pause;
            return Tensor(forward_(x...));
        }();
        return detail::record_custom(y, {x...}, [backward = backward_, y, x...](const Tensor& dy) {
            return pull_back(backward, dy, y, x...);
        });
    }

    template <class... X>
    static std::vector<Tensor> pull_back(const Backward& backward, const Tensor& dy, const Tensor& y,
                                         const X&... x) {
        if constexpr (std::is_invocable_v<const Backward&, const Tensor&, const X&..., const Tensor&>)
            return as_list(backward(dy, x..., y));
        else if constexpr (std::is_invocable_v<const Backward&, const Tensor&, const X&...>)
            return as_list(backward(dy, x...));
        else
            return as_list(backward(dy));
    }
    static std::vector<Tensor> as_list(Tensor gradient) { return {std::move(gradient)}; }
    static std::vector<Tensor> as_list(std::vector<Tensor> gradients) { return gradients; }

    Forward forward_;
    Backward backward_;
};

/// A function of tensors with a gradient of the user's own (tf.custom_gradient).
///
/// forward(x...) gives the value, unrecorded. backward is called as backward(dy), backward(dy, x...) or
/// backward(dy, x..., y), the longest form it takes, and returns a Tensor (one input) or a
/// std::vector<Tensor>, one per input, of the inputs' shapes (ShapeError otherwise; an undefined tensor means
/// no gradient).
///
///     auto clipped = custom_gradient([](const Tensor& x) { return x; },
///                                    [](const Tensor& dy) { return clip(dy, -1, 1); });
template <class Forward, class Backward>
CustomGradient<Forward, Backward> custom_gradient(Forward forward, Backward backward) {
    return {std::move(forward), std::move(backward)};
}

}  // namespace keratin
