#include <keratin/metrics/mean.hpp>

#include "losses/fitted_weight.hpp"
#include "metrics/counting.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

namespace keratin::metrics {
namespace {

/// What the mask of the predictions leaves out weighs nothing.
Tensor masked(const Tensor& sample_weight, const Tensor& y_pred, const std::string& owner) {
    const Tensor& mask = y_pred.mask();
    if (!mask.defined()) return sample_weight;
    const Tensor valid = convert(broadcast_to(mask, y_pred.shape().slice(0, mask.rank())), float64);
    return sample_weight.defined() ? valid * losses::fitted_weight(sample_weight, valid, owner) : valid;
}

}  // namespace

Mean::Mean(std::string name) : Metric(std::move(name)) {}

void Mean::update_state(const Tensor& values, const Tensor&, const Tensor& sample_weight) {
    if (!values.defined()) fail<ValueError>("{}: update_state got an undefined tensor", name());
    add(values, sample_weight);
}

void Mean::add(const Tensor& values, const Tensor& sample_weight) {
    const Tensor numbers = convert(values, float64);
    const Tensor weights = sample_weight.defined() ? convert(sample_weight, float64) : Tensor();
    const int64_t samples = weights.defined() ? weights.size() : values.rank() ? values.shape()[0] : 1;
    if (samples != numbers.size() && (samples == 0 || numbers.size() % samples != 0))
        fail<ShapeError>("{}: sample_weight has shape {}, the values {}; give one weight per sample", name(),
                         sample_weight.shape(), values.shape());
    const int64_t each = samples ? numbers.size() / samples : 0;
    // A sample of many weights counts as often as their mean.
    const int64_t rows = weights.defined() && weights.rank() > 1 ? weights.shape()[0] : samples;
    const double share = samples ? static_cast<double>(rows) / static_cast<double>(samples) : 1.0;
    const double* x = numbers.data<double>().data();
    for (int64_t i = 0; i < samples; ++i) {
        const double weight =
            weights.defined() ? weights.data<double>()[static_cast<size_t>(i)] * share : 1.0;
        double sum = 0;
        for (int64_t k = 0; k < each; ++k) sum += x[i * each + k];
        total_ += each ? sum / static_cast<double>(each) * weight : 0;
        count_ += weight;
    }
}

double Mean::result() const {
    return count_ == 0 ? 0.0 : total_ / count_;
}

void Mean::reset_state() {
    total_ = 0;
    count_ = 0;
}

void Mean::restore(const Config& state) {
    const std::vector<double> sums = numbers_of(state, 2, name());
    total_ = sums[0];
    count_ = sums[1];
}

void Sum::update_state(const Tensor& values, const Tensor&, const Tensor& sample_weight) {
    if (!values.defined()) fail<ValueError>("{}: update_state got an undefined tensor", name());
    const Tensor numbers = convert(values, float64);
    const Tensor weights = sample_weight.defined() ? convert(sample_weight, float64) : Tensor();
    const int64_t groups = weights.defined() ? weights.size() : 1;
    if (groups != numbers.size() && (groups == 0 || numbers.size() % groups != 0))
        fail<ShapeError>("{}: sample_weight has shape {}, the values {}; give one weight per sample", name(),
                         sample_weight.shape(), values.shape());
    const int64_t each = groups ? numbers.size() / groups : 0;
    const double* x = numbers.data<double>().data();
    for (int64_t i = 0; i < groups; ++i) {
        const double weight = weights.defined() ? weights.data<double>()[static_cast<size_t>(i)] : 1.0;
        for (int64_t k = 0; k < each; ++k) total_ += x[i * each + k] * weight;
    }
}

MeanMetricWrapper::MeanMetricWrapper(Function function, std::string name, bool larger_is_better)
    : Mean(std::move(name)), function_(std::move(function)), larger_is_better_(larger_is_better) {}

void MeanMetricWrapper::update_state(const Tensor& y_true, const Tensor& y_pred,
                                     const Tensor& sample_weight) {
    if (!y_true.defined() || !y_pred.defined())
        fail<ValueError>("{}: y_true and y_pred must be given", name());
    NoGradient pause;
    add(function_(y_true, y_pred), masked(sample_weight, y_pred, name()));
}

}  // namespace keratin::metrics
