#pragma once

#include <keratin/core/tensor.hpp>

#include <concepts>
#include <functional>
#include <vector>

namespace keratin {

/// A function's value and its derivative in a direction.
struct Jvp {
    Tensor value;    ///< f(inputs)
    Tensor tangent;  ///< the Jacobian of f times the tangents; zeros where f does not depend on the inputs
};

/// The derivative of f at the inputs in the direction of the tangents (tf.autodiff.ForwardAccumulator,
/// jax.jvp), for every op that has a second derivative.
///
/// Two backward runs instead of a forward one: J^T u is linear in u, so its own gradient is J. Throws
/// ValueError when there is not one tangent for each input, ShapeError and DTypeError when one is not like
/// its input. An outer tape records it.
///
///     jvp([](const Tensor& x) { return square(x); }, {x}, {v}).tangent;  // 2 x v
KERATIN_EXPORT Jvp jvp(const std::function<Tensor(const std::vector<Tensor>&)>& f,
                       const std::vector<Tensor>& inputs, const std::vector<Tensor>& tangents);

/// For a function that takes its tensors one by one.
template <class F>
requires(std::invocable<F, Tensor> && !std::invocable<F, std::vector<Tensor>>) Jvp
    jvp(const F& f, const std::vector<Tensor>& inputs, const std::vector<Tensor>& tangents) {
    return jvp([&](const std::vector<Tensor>& x) { return Tensor(f(x[0])); }, inputs, tangents);
}
template <class F>
requires std::invocable<F, Tensor, Tensor> Jvp jvp(const F& f, const std::vector<Tensor>& inputs,
                                                   const std::vector<Tensor>& tangents) {
    return jvp([&](const std::vector<Tensor>& x) { return Tensor(f(x[0], x[1])); }, inputs, tangents);
}

}  // namespace keratin
