#include <keratin/losses/robust.hpp>

#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

#include <numbers>

namespace keratin::losses {

Huber::Huber(HuberOptions arguments)
    : Loss(arguments.name, arguments.reduction), options(std::move(arguments)) {}

Tensor Huber::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    const Tensor error = p - t, size = abs(error);
    const Tensor far = affine(size, options.delta, -0.5 * options.delta * options.delta);
    return mean_of_last(where(size <= options.delta, 0.5 * square(error), far));
}

Config Huber::get_config() const {
    Config config = loss_config(*this);
    return options.delta == 1.0 ? config : config.set("delta", options.delta);
}

LogCosh::LogCosh(LogCoshOptions options) : Loss(std::move(options.name), options.reduction) {}

Tensor LogCosh::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [t, p] = paired(y_true, y_pred, name().c_str());
    const Tensor error = p - t;
    return mean_of_last(error + nn::softplus(error * -2.0) - std::numbers::ln2);
}

Config LogCosh::get_config() const {
    return loss_config(*this);
}

}  // namespace keratin::losses
