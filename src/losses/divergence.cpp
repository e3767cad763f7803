#include <keratin/losses/divergence.hpp>

#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

namespace keratin::losses {

KLDivergence::KLDivergence(KLDivergenceOptions options) : Loss(std::move(options.name), options.reduction) {}

Tensor KLDivergence::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    const Tensor truth = clip(t, epsilon, 1);
    return reduce_sum(truth * log(truth / clip(p, epsilon, 1)), -1);
}

Config KLDivergence::get_config() const {
    return loss_config(*this);
}

Poisson::Poisson(PoissonOptions options) : Loss(std::move(options.name), options.reduction) {}

Tensor Poisson::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    return mean_of_last(p - t * log(p + epsilon));
}

Config Poisson::get_config() const {
    return loss_config(*this);
}

}  // namespace keratin::losses
