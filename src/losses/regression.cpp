#include <keratin/losses/regression.hpp>

#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>

namespace keratin::losses {

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

MeanAbsolutePercentageError::MeanAbsolutePercentageError(MeanAbsolutePercentageErrorOptions options)
    : Loss(std::move(options.name), options.reduction) {}

Tensor MeanAbsolutePercentageError::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    return 100 * mean_of_last(abs((t - p) / maximum(abs(t), epsilon)));
}

Config MeanAbsolutePercentageError::get_config() const {
    return loss_config(*this);
}

MeanSquaredLogarithmicError::MeanSquaredLogarithmicError(MeanSquaredLogarithmicErrorOptions options)
    : Loss(std::move(options.name), options.reduction) {}

Tensor MeanSquaredLogarithmicError::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    const Tensor difference = log(maximum(p, epsilon) + 1) - log(maximum(t, epsilon) + 1);
    return mean_of_last(square(difference));
}

Config MeanSquaredLogarithmicError::get_config() const {
    return loss_config(*this);
}

}  // namespace keratin::losses
