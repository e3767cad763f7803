#include <keratin/metrics/f_score.hpp>

#include "losses/targets.hpp"
#include "metrics/counting.hpp"
#include "metrics/of_loss.hpp"

#include <algorithm>
#include <cmath>

namespace keratin::metrics {
namespace {

constexpr double epsilon = losses::epsilon;

/// 1 where a row says yes: above the threshold, or the largest, unless that is 0.
std::vector<double> decisions(std::span<const float> row, const std::optional<double>& threshold) {
    const float largest = *std::max_element(row.begin(), row.end());
    std::vector<double> yes(row.size());
    for (size_t c = 0; c < row.size(); ++c)
        yes[c] = threshold ? row[c] > static_cast<float>(*threshold)
                           : row[c] >= largest && std::abs(row[c]) > 1e-9f;
    return yes;
}

}  // namespace

FBetaScore::FBetaScore(FBetaScoreOptions options) : Metric(options.name), options_(std::move(options)) {
    const std::optional<std::string>& average = options_.average;
    if (average && *average != "micro" && *average != "macro" && *average != "weighted")
        fail<ValueError>("{}: average is \"{}\"; use \"micro\", \"macro\", \"weighted\" or none", name(),
                         *average);
    if (!(options_.beta > 0)) fail<ValueError>("{}: beta is {}; it must be positive", name(), options_.beta);
    if (options_.threshold && !(*options_.threshold > 0 && *options_.threshold <= 1))
        fail<ValueError>("{}: threshold is {}; it must be in (0, 1]", name(), *options_.threshold);
}

void FBetaScore::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
    const auto [truth, scores] = losses::paired(y_true, convert(floating(y_pred), float32), name().c_str());
    if (scores.rank() != 2 || scores.shape()[1] == 0)
        fail<ShapeError>("{}: y_pred has shape {}; expected (samples, classes)", name(), scores.shape());
    const auto rows = static_cast<size_t>(scores.shape()[0]),
               classes = static_cast<size_t>(scores.shape()[1]);
    const Tensor weights =
        sample_weight.defined() ? spread_weight(sample_weight, Shape{scores.shape()[0]}, name()) : Tensor();
    const bool micro = options_.average == "micro";
    const size_t wanted = micro ? 1 : classes;
    if (!counts_.empty() && counts_.size() != wanted)
        fail<ShapeError>("{}: y_pred has shape {}, earlier ones had {} classes; reset_state() first", name(),
                         scores.shape(), counts_.size());
    counts_.resize(wanted);
    for (size_t r = 0; r < rows; ++r) {
        const std::vector<double> yes =
            decisions(scores.data<float>().subspan(r * classes, classes), options_.threshold);
        const double weight = weights.defined() ? weights.data<double>()[r] : 1.0;
        for (size_t c = 0; c < classes; ++c) {
            const auto is = static_cast<double>(truth.data<float>()[r * classes + c]);
            Counts& counts = counts_[micro ? 0 : c];
            counts.true_positives += yes[c] * is * weight;
            counts.false_positives += yes[c] * (1 - is) * weight;
            counts.false_negatives += (1 - yes[c]) * is * weight;
            counts.weight += is * weight;
        }
    }
}

std::vector<double> FBetaScore::scores() const {
    const double beta = options_.beta * options_.beta;
    std::vector<double> all;
    double weights = epsilon;
    for (const Counts& c : counts_) {
        const double precision = c.true_positives / (c.true_positives + c.false_positives + epsilon);
        const double recall = c.true_positives / (c.true_positives + c.false_negatives + epsilon);
        all.push_back((1 + beta) * precision * recall / (beta * precision + recall + epsilon));
        weights += c.weight;
    }
    if (!options_.average) return all;
    if (*options_.average != "weighted") return {mean_of(all)};
    double sum = 0;
    for (size_t i = 0; i < all.size(); ++i) sum += all[i] * counts_[i].weight / weights;
    return {sum};
}

double FBetaScore::result() const {
    return mean_of(scores());
}

Tensor FBetaScore::values() const {
    const std::vector<double> all = scores();
    return options_.average ? as_values(all) : convert(Tensor::from(all), float32);
}

void FBetaScore::reset_state() {
    std::fill(counts_.begin(), counts_.end(), Counts());
}

Config FBetaScore::state() const {
    std::vector<double> numbers;
    for (const Counts& counts : counts_)
        numbers.insert(numbers.end(), {counts.true_positives, counts.false_positives, counts.false_negatives,
                                       counts.weight});
    return state_of(numbers);
}

void FBetaScore::restore(const Config& state) {
    const std::vector<double> numbers = numbers_by(state, 4, name());
    counts_.clear();
    for (size_t i = 0; i < numbers.size(); i += 4)
        counts_.push_back({numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]});
}

Config FBetaScore::get_config() const {
    return Metric::get_config()
        .set("average", options_.average ? Config(*options_.average) : Config())
        .set("beta", options_.beta)
        .set("threshold", options_.threshold ? Config(*options_.threshold) : Config());
}

F1Score::F1Score(F1ScoreOptions options)
    : FBetaScore({.average = options.average, .threshold = options.threshold, .name = options.name}),
      options_(std::move(options)) {}

Config F1Score::get_config() const {
    return Metric::get_config()
        .set("average", options_.average ? Config(*options_.average) : Config())
        .set("threshold", options_.threshold ? Config(*options_.threshold) : Config());
}

}  // namespace keratin::metrics
