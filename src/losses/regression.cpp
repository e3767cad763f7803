#include <keratin/losses/regression.hpp>

#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

namespace keratin::losses {
namespace {

/// The mean over the last axis; of scalars per sample, the values themselves.
Tensor mean_of_last(const Tensor& values) {
    return values.rank() == 0 ? values : reduce_mean(values, -1);
}

}  // namespace

MeanSquaredError::MeanSquaredError(MeanSquaredErrorOptions options)
    : Loss(std::move(options.name), options.reduction) {}

Tensor MeanSquaredError::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    return mean_of_last(square(t - p));
}

Config MeanSquaredError::get_config() const {
    return loss_config(*this);
}

MeanAbsoluteError::MeanAbsoluteError(MeanAbsoluteErrorOptions options)
    : Loss(std::move(options.name), options.reduction) {}

Tensor MeanAbsoluteError::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    return mean_of_last(abs(t - p));
}

Config MeanAbsoluteError::get_config() const {
    return loss_config(*this);
}

}  // namespace keratin::losses
