#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::losses {

std::pair<Tensor, Tensor> paired(const Tensor& y_true, const Tensor& y_pred, const char* owner) {
    if (!y_true.defined() || !y_pred.defined())
        fail<ValueError>("{}: y_true and y_pred must be given", owner);
    if (!is_floating(y_pred.dtype()))
        fail<DTypeError>("{}: y_pred is {}; predictions are float32 or float64", owner, y_pred.dtype());
    Tensor t = cast(y_true, y_pred.dtype());
    Tensor p = y_pred;
    if (t.rank() == p.rank() + 1 && t.shape().back() == 1)
        p.rank() == 1 ? p = expand_dims(p, -1) : t = squeeze(t, -1);
    else if (p.rank() == t.rank() + 1 && p.shape().back() == 1)
        t.rank() == 1 ? t = expand_dims(t, -1) : p = squeeze(p, -1);
    if (t.shape() != p.shape())
        fail<ShapeError>("{}: y_true has shape {}, y_pred {}; they must agree", owner, y_true.shape(),
                         y_pred.shape());
    return {t, p};
}

Tensor class_labels(const Tensor& y_true, const Shape& y_pred, const char* owner) {
    if (!y_true.defined()) fail<ValueError>("{}: y_true must be given", owner);
    if (y_pred.rank() < 1)
        fail<ShapeError>("{}: y_pred is a scalar; its last axis must be the classes'", owner);
    const Shape wanted = y_pred.slice(0, -1);
    const bool extra = y_true.rank() == wanted.rank() + 1 && y_true.shape().back() == 1;
    if (y_true.shape() != wanted && !extra)
        fail<ShapeError>(
            "{}: y_true has shape {}, y_pred {}; expected class numbers of shape {}{}", owner, y_true.shape(),
            y_pred, wanted,
            y_true.shape() == y_pred ? " (one-hot targets go with CategoricalCrossentropy)" : "");
    return convert(y_true, int64).view(wanted);
}

Tensor mean_of_last(const Tensor& values) {
    return values.rank() == 0 ? values : reduce_mean(values, -1);
}

void check_smoothing(const std::string& owner, double smoothing) {
    if (!(smoothing >= 0 && smoothing <= 1))
        fail<ValueError>("{}: label_smoothing is {}; it must be in [0, 1]", owner, smoothing);
}

Tensor smoothed(const Tensor& target, double smoothing, int64_t classes) {
    if (smoothing == 0) return target;
    return affine(target, 1 - smoothing, smoothing / static_cast<double>(classes));
}

Config loss_config(const Loss& loss) {
    return Config::object({{"name", loss.name()}, {"reduction", name(loss.reduction())}});
}

}  // namespace keratin::losses
