#include <keratin/losses/crossentropy.hpp>

#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/cross_entropy.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::losses {
namespace {

Tensor clipped(const Tensor& probabilities) {
    return clip(probabilities, epsilon, 1 - epsilon);
}

/// The class axis moved to the end.
Tensor classes_last(const Tensor& x, int axis, const std::string& owner) {
    const int from = x.shape().normalize_axis(axis, owner.c_str());
    if (from == x.rank() - 1) return x;
    std::vector<int> order;
    for (int i = 0; i < x.rank(); ++i)
        if (i != from) order.push_back(i);
    order.push_back(from);
    return transpose(x, order);
}

}  // namespace

// -- sparse
// ---------------------------------------------------------------------------------------------------------

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions arguments)
    : Loss(arguments.name, arguments.reduction), options(std::move(arguments)) {}

Tensor SparseCategoricalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
    if (options.from_logits) return call_on_logits(y_true, y_pred);
    // As Keras on TensorFlow: log of the clipped probabilities as logits, which normalizes them again.
    return call_on_logits(y_true, log(clipped(y_pred)));
}

bool SparseCategoricalCrossentropy::takes_logits(std::string_view activation) const {
    return activation == "softmax" && options.axis == -1;
}

Tensor SparseCategoricalCrossentropy::call_on_logits(const Tensor& y_true, const Tensor& logits) const {
    const Tensor last = classes_last(logits, options.axis, name());
    Tensor labels = class_labels(y_true, last.shape(), name().c_str());
    if (!options.ignore_class) return nn::sparse_softmax_cross_entropy_with_logits(labels, last);
    // An ignored class need not be a valid one; any will do where the value is masked out.
    const Tensor valid = mask(labels);
    labels = where(valid, labels, zeros_like(labels));
    return nn::sparse_softmax_cross_entropy_with_logits(labels, last) * cast(valid, last.dtype());
}

Tensor SparseCategoricalCrossentropy::mask(const Tensor& y_true) const {
    if (!options.ignore_class) return {};
    const Tensor labels = convert(y_true, int64);
    const bool extra = labels.rank() > 1 && labels.shape().back() == 1;
    return not_equal(extra ? squeeze(labels, -1) : labels, Tensor::scalar(*options.ignore_class, int64));
}

Config SparseCategoricalCrossentropy::get_config() const {
    return loss_config(*this)
        .set("from_logits", options.from_logits)
        .set("ignore_class", options.ignore_class ? Config(*options.ignore_class) : Config());
}

// -- categorical
// ----------------------------------------------------------------------------------------------------

CategoricalCrossentropy::CategoricalCrossentropy(CategoricalCrossentropyOptions arguments)
    : Loss(arguments.name, arguments.reduction), options(std::move(arguments)) {
    check_smoothing(name(), options.label_smoothing);
}

namespace {

/// Targets of one axis less are class numbers.
std::pair<Tensor, Tensor> one_hot_pair(const Tensor& y_true, const Tensor& y_pred, const std::string& name) {
    if (y_true.defined() && y_pred.defined() && y_pred.rank() > 1 && y_true.rank() + 1 == y_pred.rank() &&
        y_pred.shape().back() > 1)
        fail<ShapeError>(
            "{}: y_true has shape {}, y_pred {}; expected one-hot targets of shape {} (class numbers go with "
            "SparseCategoricalCrossentropy)",
            name, y_true.shape(), y_pred.shape(), y_pred.shape());
    return paired(y_true, y_pred, name.c_str());
}

Tensor smoothed(const Tensor& target, double smoothing) {
    return losses::smoothed(target, smoothing, target.shape().back());
}

}  // namespace

Tensor CategoricalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
    if (options.from_logits) return call_on_logits(y_true, y_pred);
    const auto [t, p] = one_hot_pair(y_true, y_pred, name());
    const Tensor target = smoothed(classes_last(t, options.axis, name()), options.label_smoothing);
    const Tensor probabilities = classes_last(p, options.axis, name());
    const Tensor normalized = probabilities / reduce_sum(probabilities, -1, true);
    return -reduce_sum(target * log(clipped(normalized)), -1);
}

bool CategoricalCrossentropy::takes_logits(std::string_view activation) const {
    return activation == "softmax" && options.axis == -1;
}

Tensor CategoricalCrossentropy::call_on_logits(const Tensor& y_true, const Tensor& logits) const {
    const auto [t, x] = one_hot_pair(y_true, logits, name());
    const Tensor target = smoothed(classes_last(t, options.axis, name()), options.label_smoothing);
    return nn::softmax_cross_entropy_with_logits(target, classes_last(x, options.axis, name()));
}

Config CategoricalCrossentropy::get_config() const {
    return loss_config(*this)
        .set("from_logits", options.from_logits)
        .set("label_smoothing", options.label_smoothing)
        .set("axis", options.axis);
}

// -- binary
// ---------------------------------------------------------------------------------------------------------

BinaryCrossentropy::BinaryCrossentropy(BinaryCrossentropyOptions arguments)
    : Loss(arguments.name, arguments.reduction), options(std::move(arguments)) {
    check_smoothing(name(), options.label_smoothing);
}

Tensor BinaryCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
    if (options.from_logits) return call_on_logits(y_true, y_pred);
    auto [t, p] = paired(y_true, y_pred, name().c_str());
    if (options.label_smoothing > 0)
        t = affine(t, 1 - options.label_smoothing, 0.5 * options.label_smoothing);
    p = clipped(p);
    return reduce_mean(-(t * log(p) + (1 - t) * log(1 - p)), options.axis);
}

bool BinaryCrossentropy::takes_logits(std::string_view activation) const {
    return activation == "sigmoid";
}

Tensor BinaryCrossentropy::call_on_logits(const Tensor& y_true, const Tensor& logits) const {
    auto [t, x] = paired(y_true, logits, name().c_str());
    if (options.label_smoothing > 0)
        t = affine(t, 1 - options.label_smoothing, 0.5 * options.label_smoothing);
    return reduce_mean(nn::sigmoid_cross_entropy_with_logits(t, x), options.axis);
}

Config BinaryCrossentropy::get_config() const {
    return loss_config(*this)
        .set("from_logits", options.from_logits)
        .set("label_smoothing", options.label_smoothing)
        .set("axis", options.axis);
}

}  // namespace keratin::losses
