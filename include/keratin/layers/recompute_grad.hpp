#pragma once

#include <keratin/core/tensor.hpp>

#include <concepts>
#include <functional>
#include <utility>
#include <vector>

namespace keratin {

namespace detail {
using ListFunction = std::function<Tensor(const std::vector<Tensor>&)>;
KERATIN_EXPORT Tensor recompute(const ListFunction& f, const std::vector<Tensor>& inputs);
}  // namespace detail

/// What recompute_grad returns: call it with tensors.
template <class F>
class RecomputeGrad {
public:
    explicit RecomputeGrad(F f) : f_(std::move(f)) {}

    template <std::convertible_to<Tensor>... Inputs>
    Tensor operator()(const Inputs&... inputs) const {
        return call(std::index_sequence_for<Inputs...>(), inputs...);
    }

private:
    template <size_t... i, class... Inputs>
    Tensor call(std::index_sequence<i...>, const Inputs&... inputs) const {
        return detail::recompute([f = f_](const std::vector<Tensor>& x) { return Tensor(f(x[i]...)); },
                                 {Tensor(inputs)...});
    }

    F f_;
};

/// The same function, whose inner results are not kept for the gradient: backward runs it a second time
/// (tf.recompute_grad, keras.remat; Chen, Xu, Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost,
/// 2016). Takes a layer, which is copied and shares its weights, or any function of tensors.
///
/// The second run draws the same random numbers, reads variables as they were and assigns nothing, so dropout
/// and moving statistics are as if it had run once. Gradients reach the inputs and every trainable variable
/// that it reads. Throws ValueError when a layer inside has an activity_regularizer.
///
///     Tensor y = recompute_grad([&](const Tensor& x) { return second(first(x)); })(x);
template <class F>
RecomputeGrad<F> recompute_grad(F f) {
    return RecomputeGrad<F>(std::move(f));
}

}  // namespace keratin
