#pragma once

#include <keratin/losses/loss.hpp>
#include <keratin/metrics/mean.hpp>

#include <memory>

namespace keratin::metrics {

/// Predictions as losses take them: bits and whole numbers become float32.
inline Tensor floating(const Tensor& x) {
    return !x.defined() || is_floating(x.dtype()) ? x : convert(x, float32);
}

/// The loss of each sample as the function of a metric.
template <class L>
MeanMetricWrapper::Function of_loss(L loss) {
    return [shared = std::make_shared<const L>(std::move(loss))](const Tensor& y_true, const Tensor& y_pred) {
        return shared->call(y_true, floating(y_pred));
    };
}

}  // namespace keratin::metrics
