#include <keratin/losses/focal.hpp>

#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/cross_entropy.hpp>
#include <keratin/ops/reduce.hpp>

namespace keratin::losses {
namespace {

/// What both losses do after the crossentropies of the elements are known.
Tensor focused(const BinaryFocalCrossentropyOptions& options, const Tensor& t, const Tensor& p,
               const Tensor& crossentropy) {
    const Tensor right = t * p + (1 - t) * (1 - p);
    Tensor focal = pow(1 - right, options.gamma) * crossentropy;
    if (options.apply_class_balancing) focal = (t * options.alpha + (1 - t) * (1 - options.alpha)) * focal;
    return focal.rank() == 0 ? focal : reduce_mean(focal, options.axis);
}

/// The factors of the classes, as Keras lays them over the last axis.
Tensor class_factors(const std::vector<double>& alpha, const Tensor& p, const std::string& owner) {
    if (alpha.size() == 1) return Tensor::scalar(alpha.front(), p.dtype());
    const auto count = static_cast<int64_t>(alpha.size());
    if (p.rank() == 0 || p.shape().back() != count)
        fail<ShapeError>("{}: alpha has {} values and y_pred shape {}; give one value, or one for each class",
                         owner, count, p.shape());
    return cast(Tensor::from(alpha), p.dtype());
}

}  // namespace

BinaryFocalCrossentropy::BinaryFocalCrossentropy(BinaryFocalCrossentropyOptions arguments)
    : Loss(arguments.name, arguments.reduction), options(std::move(arguments)) {
    check_smoothing(name(), options.label_smoothing);
}

Tensor BinaryFocalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
    if (options.from_logits) return call_on_logits(y_true, y_pred);
    const auto [bits, p] = paired(y_true, y_pred, name().c_str());
    const Tensor t = smoothed(bits, options.label_smoothing, 2);
    const Tensor inside = clip(p, epsilon, 1 - epsilon);
    return focused(options, t, p, -(t * log(inside) + (1 - t) * log(1 - inside)));
}

bool BinaryFocalCrossentropy::takes_logits(std::string_view activation) const {
    return activation == "sigmoid";
}

Tensor BinaryFocalCrossentropy::call_on_logits(const Tensor& y_true, const Tensor& logits) const {
    const auto [bits, x] = paired(y_true, logits, name().c_str());
    const Tensor t = smoothed(bits, options.label_smoothing, 2);
    return focused(options, t, sigmoid(x), nn::sigmoid_cross_entropy_with_logits(t, x));
}

Config BinaryFocalCrossentropy::get_config() const {
    return loss_config(*this)
        .set("from_logits", options.from_logits)
        .set("label_smoothing", options.label_smoothing)
        .set("axis", options.axis)
        .set("apply_class_balancing", options.apply_class_balancing)
        .set("alpha", options.alpha)
        .set("gamma", options.gamma);
}

CategoricalFocalCrossentropy::CategoricalFocalCrossentropy(CategoricalFocalCrossentropyOptions arguments)
    : Loss(arguments.name, arguments.reduction), options(std::move(arguments)) {
    check_smoothing(name(), options.label_smoothing);
}

Tensor CategoricalFocalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
    const auto [bits, scores] = paired(y_true, y_pred, name().c_str());
    const Tensor t = smoothed(bits, options.label_smoothing, bits.rank() ? bits.shape().back() : 1);
    const Tensor raw = options.from_logits ? nn::softmax(scores, options.axis) : scores;
    const Tensor p = clip(raw / reduce_sum(raw, options.axis, true), epsilon, 1 - epsilon);
    const Tensor alpha = class_factors(options.alpha.values(), p, name());
    return reduce_sum(pow(1 - p, options.gamma) * alpha * (-t * log(p)), options.axis);
}

Config CategoricalFocalCrossentropy::get_config() const {
    const std::vector<double>& alpha = options.alpha.values();
    return loss_config(*this)
        .set("from_logits", options.from_logits)
        .set("label_smoothing", options.label_smoothing)
        .set("axis", options.axis)
        .set("alpha",
             alpha.size() == 1 ? Config(alpha.front()) : Config(Config::List(alpha.begin(), alpha.end())))
        .set("gamma", options.gamma);
}

}  // namespace keratin::losses
