#include <keratin/losses/hinge.hpp>

#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

namespace keratin::losses {
namespace {

/// -1 and 1 for targets that are all 0 or 1.
Tensor signs(const Tensor& target) {
    const bool bits = reduce_all(logical_or(target == 0, target == 1)).item<bool>();
    return bits ? affine(target, 2, -1) : target;
}

}  // namespace

Hinge::Hinge(HingeOptions options) : Loss(std::move(options.name), options.reduction) {}

Tensor Hinge::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    return mean_of_last(maximum(1 - signs(t) * p, 0));
}

Config Hinge::get_config() const {
    return loss_config(*this);
}

SquaredHinge::SquaredHinge(SquaredHingeOptions options) : Loss(std::move(options.name), options.reduction) {}

Tensor SquaredHinge::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    return mean_of_last(square(maximum(1 - signs(t) * p, 0)));
}

Config SquaredHinge::get_config() const {
    return loss_config(*this);
}

CategoricalHinge::CategoricalHinge(CategoricalHingeOptions options)
    : Loss(std::move(options.name), options.reduction) {}

Tensor CategoricalHinge::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    const Tensor right = reduce_sum(t * p, -1);
    const Tensor wrong = reduce_max((1 - t) * p, -1);
    return maximum(wrong - right + 1, 0);
}

Config CategoricalHinge::get_config() const {
    return loss_config(*this);
}

}  // namespace keratin::losses
