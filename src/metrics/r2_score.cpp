#include <keratin/metrics/r2_score.hpp>

#include "losses/targets.hpp"
#include "metrics/counting.hpp"
#include "metrics/of_loss.hpp"

#include <cmath>

namespace keratin::metrics {

R2Score::R2Score(R2ScoreOptions options) : Metric(options.name), options_(std::move(options)) {
    const std::optional<std::string>& aggregation = options_.class_aggregation;
    if (aggregation && *aggregation != "uniform_average" && *aggregation != "variance_weighted_average")
        fail<ValueError>(
            "{}: class_aggregation is \"{}\"; use \"uniform_average\", \"variance_weighted_average\" or none",
            name(), *aggregation);
    if (options_.num_regressors < 0)
        fail<ValueError>("{}: num_regressors is {}; it must not be negative", name(),
                         options_.num_regressors);
}

void R2Score::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
    const auto [truth, said] = losses::paired(y_true, floating(y_pred), name().c_str());
    if (said.rank() != 2)
        fail<ShapeError>("{}: y_pred has shape {}; expected (samples, outputs)", name(), said.shape());
    const auto outputs = static_cast<size_t>(said.shape()[1]);
    if (!sums_.empty() && sums_.size() != outputs)
        fail<ShapeError>("{}: y_pred has shape {}, earlier ones had {} outputs; reset_state() first", name(),
                         said.shape(), sums_.size());
    sums_.resize(outputs);
    const Tensor weights =
        sample_weight.defined() ? spread_weight(sample_weight, said.shape(), name()) : Tensor();
    const Tensor t = convert(truth, float64), p = convert(said, float64);
    for (size_t i = 0; i < static_cast<size_t>(said.size()); ++i) {
        Sums& sums = sums_[i % outputs];
        const double weight = weights.defined() ? weights.data<double>()[i] : 1.0;
        const double value = t.data<double>()[i], error = value - p.data<double>()[i];
        sums.of_values += value * weight;
        sums.of_squares += value * value * weight;
        sums.of_squared_errors += error * error * weight;
        sums.of_weights += weight;
    }
    elements_ += said.size();
}

std::vector<double> R2Score::scores() const {
    std::vector<double> all;
    double weighted = 0, deviations = 0;
    for (const Sums& sums : sums_) {
        const double deviation = sums.of_squares - sums.of_values * (sums.of_values / sums.of_weights);
        const double score = 1 - sums.of_squared_errors / deviation;
        all.push_back(std::isinf(score) ? 0.0 : score);
        weighted += deviation * all.back();
        deviations += deviation;
    }
    if (options_.class_aggregation == "uniform_average") all = {mean_of(all)};
    if (options_.class_aggregation == "variance_weighted_average")
        all = {sums_.empty() ? 0 : weighted / deviations};
    const int64_t regressors = options_.num_regressors;
    if (regressors == 0 || regressors >= elements_ - 1) return all;  // as Keras, which warns
    for (double& score : all)
        score = 1 - (1 - score) * static_cast<double>(elements_ - 1) /
                        static_cast<double>(elements_ - regressors - 1);
    return all;
}

double R2Score::result() const {
    return mean_of(scores());
}

Tensor R2Score::values() const {
    const std::vector<double> all = scores();
    return options_.class_aggregation ? as_values(all) : convert(Tensor::from(all), float32);
}

void R2Score::reset_state() {
    sums_.assign(sums_.size(), Sums());
    elements_ = 0;
}

Config R2Score::state() const {
    std::vector<double> numbers;
    for (const Sums& sums : sums_)
        numbers.insert(numbers.end(),
                       {sums.of_squares, sums.of_values, sums.of_squared_errors, sums.of_weights});
    return Config::List{elements_, state_of(numbers)};
}

void R2Score::restore(const Config& state) {
    const Config::List& parts = state.as_list();
    if (parts.size() != 2)
        fail<ValueError>("{}: a saved state of {} parts; 2 are needed", name(), parts.size());
    const std::vector<double> numbers = numbers_by(parts[1], 4, name());
    elements_ = parts[0].as_integer();
    sums_.clear();
    for (size_t i = 0; i < numbers.size(); i += 4)
        sums_.push_back({numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]});
}

Config R2Score::get_config() const {
    return Metric::get_config()
        .set("class_aggregation", options_.class_aggregation ? Config(*options_.class_aggregation) : Config())
        .set("num_regressors", options_.num_regressors);
}

}  // namespace keratin::metrics
