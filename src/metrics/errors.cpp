#include <keratin/metrics/errors.hpp>

#include "losses/targets.hpp"
#include "metrics/of_loss.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/losses/cosine_similarity.hpp>
#include <keratin/losses/regression.hpp>
#include <keratin/losses/robust.hpp>
#include <keratin/ops/elementwise.hpp>

#include <cmath>

namespace keratin::metrics {

MeanSquaredError::MeanSquaredError(std::string name)
    : MeanMetricWrapper(of_loss(losses::MeanSquaredError()), std::move(name)) {}

MeanAbsoluteError::MeanAbsoluteError(std::string name)
    : MeanMetricWrapper(of_loss(losses::MeanAbsoluteError()), std::move(name)) {}

MeanAbsolutePercentageError::MeanAbsolutePercentageError(std::string name)
    : MeanMetricWrapper(of_loss(losses::MeanAbsolutePercentageError()), std::move(name)) {}

MeanSquaredLogarithmicError::MeanSquaredLogarithmicError(std::string name)
    : MeanMetricWrapper(of_loss(losses::MeanSquaredLogarithmicError()), std::move(name)) {}

LogCoshError::LogCoshError(std::string name)
    : MeanMetricWrapper(of_loss(losses::LogCosh()), std::move(name)) {}

void RootMeanSquaredError::update_state(const Tensor& y_true, const Tensor& y_pred,
                                        const Tensor& sample_weight) {
    NoGradient pause;
    const auto [t, p] = losses::paired(y_true, floating(y_pred), name().c_str());
    add(square(p - t), sample_weight);
}

double RootMeanSquaredError::result() const {
    return std::sqrt(Mean::result());
}

CosineSimilarity::CosineSimilarity(CosineSimilarityOptions options)
    : MeanMetricWrapper(
          [loss = losses::CosineSimilarity({.axis = options.axis})](
              const Tensor& y_true, const Tensor& y_pred) { return -loss.call(y_true, floating(y_pred)); },
          options.name, true),
      options_(std::move(options)) {}

Config CosineSimilarity::get_config() const {
    Config config = Metric::get_config();
    return options_.axis == -1 ? config : config.set("axis", options_.axis);
}

}  // namespace keratin::metrics
