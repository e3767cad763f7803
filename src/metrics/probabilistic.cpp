#include <keratin/metrics/probabilistic.hpp>

#include "metrics/of_loss.hpp"

#include <keratin/losses/crossentropy.hpp>
#include <keratin/losses/divergence.hpp>
#include <keratin/ops/elementwise.hpp>

namespace keratin::metrics {
namespace {

losses::SparseCategoricalCrossentropy sparse_loss(const SparseCategoricalCrossentropyOptions& o) {
    return losses::SparseCategoricalCrossentropy(
        {.from_logits = o.from_logits, .ignore_class = o.ignore_class, .axis = o.axis});
}

}  // namespace

BinaryCrossentropy::BinaryCrossentropy(BinaryCrossentropyOptions options)
    : MeanMetricWrapper(of_loss(losses::BinaryCrossentropy({.from_logits = options.from_logits,
                                                            .label_smoothing = options.label_smoothing})),
                        options.name),
      options_(std::move(options)) {}

Config BinaryCrossentropy::get_config() const {
    return Metric::get_config()
        .set("from_logits", options_.from_logits)
        .set("label_smoothing", options_.label_smoothing);
}

CategoricalCrossentropy::CategoricalCrossentropy(CategoricalCrossentropyOptions options)
    : MeanMetricWrapper(of_loss(losses::CategoricalCrossentropy({.from_logits = options.from_logits,
                                                                 .label_smoothing = options.label_smoothing,
                                                                 .axis = options.axis})),
                        options.name),
      options_(std::move(options)) {}

Config CategoricalCrossentropy::get_config() const {
    return Metric::get_config()
        .set("from_logits", options_.from_logits)
        .set("label_smoothing", options_.label_smoothing)
        .set("axis", options_.axis);
}

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options)
    : MeanMetricWrapper(of_loss(sparse_loss(options)), options.name), options_(std::move(options)) {}

void SparseCategoricalCrossentropy::update_state(const Tensor& y_true, const Tensor& y_pred,
                                                 const Tensor& sample_weight) {
    Tensor weight = sample_weight;
    if (weight.defined() && options_.ignore_class && y_true.defined()) {
        const Tensor valid = sparse_loss(options_).mask(y_true);
        if (valid.size() == weight.size())
            weight = convert(weight, float64).view(valid.shape()) * convert(valid, float64);
    }
    MeanMetricWrapper::update_state(y_true, y_pred, weight);
}

Config SparseCategoricalCrossentropy::get_config() const {
    return Metric::get_config()
        .set("from_logits", options_.from_logits)
        .set("ignore_class", options_.ignore_class ? Config(*options_.ignore_class) : Config())
        .set("axis", options_.axis);
}

KLDivergence::KLDivergence(std::string name)
    : MeanMetricWrapper(of_loss(losses::KLDivergence()), std::move(name)) {}

Poisson::Poisson(std::string name) : MeanMetricWrapper(of_loss(losses::Poisson()), std::move(name)) {}

}  // namespace keratin::metrics
