#include <keratin/losses/loss.hpp>

#include "losses/fitted_weight.hpp"
#include "ops/masks.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

#include <array>

namespace keratin::losses {
namespace {

constexpr std::array<std::pair<std::string_view, Reduction>, 5> reduction_names = {{
    {"sum_over_batch_size", Reduction::sum_over_batch_size},
    {"sum", Reduction::sum},
    {"none", Reduction::none},
    {"mean_with_sample_weight", Reduction::mean_with_sample_weight},
    {"mean", Reduction::sum_over_batch_size},
}};

/// 16 bits as float32.
Tensor wide(const Tensor& predictions) {
    if (!predictions.defined() || !is_half(predictions.dtype())) return predictions;
    return cast(predictions, float32);
}

class FunctionLoss final : public Loss {
public:
    explicit FunctionLoss(LossHandle::Function function)
        : Loss("custom_loss"), function_(std::move(function)) {}
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
        return function_(y_true, y_pred);
    }

private:
    LossHandle::Function function_;
};

}  // namespace

Tensor fitted_weight(Tensor weight, const Tensor& values, const std::string& owner) {
    const Shape original = weight.shape();
    weight = cast(weight, values.dtype());
    while (weight.rank() > values.rank() && weight.shape().back() == 1) weight = squeeze(weight, -1);
    while (weight.rank() < values.rank()) weight = expand_dims(weight, -1);
    bool fits = weight.rank() == values.rank();
    for (int axis = 0; fits && axis < weight.rank(); ++axis)
        fits = weight.shape()[axis] == values.shape()[axis] || weight.shape()[axis] == 1;
    if (!fits)
        fail<ShapeError>(
            "{}: sample_weight has shape {}, the losses of the samples {}; give one weight per sample", owner,
            original, values.shape());
    return weight;
}

Reduction reduction(std::string_view wanted) {
    for (const auto& [text, value] : reduction_names)
        if (text == wanted) return value;
    fail<ValueError>(
        "reduction: \"{}\" is not known; use \"sum_over_batch_size\", \"sum\", \"none\" or "
        "\"mean_with_sample_weight\"",
        wanted);
}

std::string_view name(Reduction reduction) {
    for (const auto& [text, value] : reduction_names)
        if (value == reduction) return text;
    return {};
}

/// Losses are computed in at least float32, as their dtype is in Keras.
Tensor Loss::operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) const {
    return reduce(call(y_true, wide(y_pred)), ops::both(mask(y_true), y_pred.mask()), sample_weight);
}

Tensor Loss::on_logits(const Tensor& y_true, const Tensor& logits, const Tensor& sample_weight) const {
    return reduce(call_on_logits(y_true, wide(logits)), ops::both(mask(y_true), logits.mask()),
                  sample_weight);
}

Tensor Loss::call_on_logits(const Tensor&, const Tensor&) const {
    fail<ValueError>("{}: this loss has no form for logits", name_);
}

Tensor Loss::mask(const Tensor&) const {
    return {};
}

Tensor Loss::reduce(const Tensor& values, const Tensor& valid, const Tensor& sample_weight) const {
    Tensor weight = sample_weight.defined() ? fitted_weight(sample_weight, values, name_) : Tensor();
    if (valid.defined()) {
        Tensor scaled = broadcast_to(fitted_weight(valid, values, name_), values.shape());
        // A mean over the valid elements: the mask is scaled so that dividing by all of them comes out right.
        if (reduction_ == Reduction::sum_over_batch_size) {
            const double count = reduce_sum(scaled).item<double>();
            if (count > 0) scaled = scaled * (static_cast<double>(scaled.size()) / count);
        }
        weight = weight.defined() ? weight * scaled : scaled;
    }
    Tensor weighted = weight.defined() ? values * weight : values;
    switch (reduction_) {
        case Reduction::none:
            return weighted;
        case Reduction::sum:
            return reduce_sum(weighted);
        case Reduction::mean_with_sample_weight:
            if (weight.defined()) {
                // As Keras: the weights as they were given, not once for each value they apply to.
                const double total = reduce_sum(weight).item<double>();
                return total == 0 ? reduce_sum(weighted) * 0 : reduce_sum(weighted) / total;
            }
            [[fallthrough]];
        case Reduction::sum_over_batch_size:
            break;
    }
    return weighted.rank() == 0 ? weighted : reduce_mean(weighted);
}

}  // namespace keratin::losses

namespace keratin {

std::shared_ptr<losses::Loss> LossHandle::from_function(Function function) {
    return std::make_shared<losses::FunctionLoss>(std::move(function));
}

}  // namespace keratin
