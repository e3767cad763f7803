#include <keratin/metrics/confusion.hpp>

#include "losses/targets.hpp"
#include "metrics/counting.hpp"
#include "metrics/of_loss.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

#include <algorithm>
#include <cmath>

namespace keratin::metrics {
namespace {

constexpr float below_all = -1e10f;  // what is not among the k best

/// Thresholds 0, 1/n, .. 1, as Keras tells them (numpy.allclose).
bool evenly_distributed(const std::vector<double>& thresholds) {
    if (thresholds.size() < 3) return false;
    for (size_t i = 0; i < thresholds.size(); ++i) {
        const double even = static_cast<double>(i) / static_cast<double>(thresholds.size() - 1);
        if (!(std::abs(thresholds[i] - even) <= 1.01e-7 + 1e-5 * even)) return false;
    }
    return true;
}

/// Rows in which all but the k largest, the first of equals, are far below any threshold.
Tensor best_only(const Tensor& scores, int64_t k, const std::string& owner) {
    if (scores.rank() == 0 || k > scores.shape().back())
        fail<ShapeError>("{}: top_k is {}, y_pred has shape {}; it has fewer classes", owner, k,
                         scores.shape());
    Tensor kept = full(scores.shape(), below_all);
    const int64_t classes = scores.shape().back();
    const float* row = scores.data<float>().data();
    float* out = kept.mutable_data<float>().data();
    for (int64_t r = 0; r < scores.size() / std::max<int64_t>(classes, 1);
         ++r, row += classes, out += classes)
        for (int64_t c = 0; c < classes; ++c) {
            int64_t above = 0;
            for (int64_t o = 0; o < classes; ++o) above += row[o] > row[c] || (o < c && row[o] == row[c]);
            if (above < k) out[c] = row[c];
        }
    return kept;
}

/// Index of the last of even thresholds that a score is above, -1 for none.
int64_t bucket(float score, size_t thresholds, bool open_ends) {
    if (std::isnan(score)) return -1;
    const float clipped = std::clamp(score, 0.0f, 1.0f);
    const float index = std::ceil(clipped * static_cast<float>(thresholds - 1)) - 1;
    return static_cast<int64_t>(open_ends ? std::max(index, 0.0f) : index);
}

/// Weights of elements by what they are above: the last threshold, from none at all on.
struct Histogram {
    Histogram(size_t thresholds, size_t labels) : columns(labels), weights((thresholds + 1) * labels) {}
    void add(int64_t last, size_t column, double weight) {
        weights[static_cast<size_t>(last + 1) * columns + column] += weight;
    }
    /// What is above each threshold, and what is not.
    void add_to(std::vector<double>& above, std::vector<double>& below) const {
        const size_t thresholds = weights.size() / columns - 1;
        for (size_t column = 0; column < columns; ++column) {
            double sum = 0;
            for (size_t t = 0; t < thresholds; ++t)
                below[t * columns + column] += sum += weights[t * columns + column];
            sum = 0;
            for (size_t t = thresholds; t-- > 0;)
                above[t * columns + column] += sum += weights[(t + 1) * columns + column];
        }
    }

    size_t columns;
    std::vector<double> weights;
};

}  // namespace

void ConfusionCounts::reset(size_t size) {
    for (auto* count : {&true_positives, &false_positives, &true_negatives, &false_negatives})
        count->assign(size, 0.0);
}

ConfusionMetric::ConfusionMetric(std::string name, std::vector<double> thresholds)
    : Metric(std::move(name)), thresholds_(std::move(thresholds)), even_(evenly_distributed(thresholds_)) {
    counts_.reset(thresholds_.size());
}

void ConfusionMetric::reset_state() {
    counts_.reset(counts_.true_positives.size());
}

Config ConfusionMetric::state() const {
    return Config::List{state_of(counts_.true_positives), state_of(counts_.false_positives),
                        state_of(counts_.true_negatives), state_of(counts_.false_negatives)};
}

void ConfusionMetric::restore(const Config& state) {
    const Config::List& counts = state.as_list();
    const size_t thresholds = counts_.true_positives.size();
    if (counts.size() != 4)
        fail<ValueError>("{}: a saved state of {} counts; 4 are needed", name(), counts.size());
    ConfusionCounts restored = counts_;
    restored.true_positives = numbers_of(counts[0], thresholds, name());
    restored.false_positives = numbers_of(counts[1], thresholds, name());
    restored.true_negatives = numbers_of(counts[2], thresholds, name());
    restored.false_negatives = numbers_of(counts[3], thresholds, name());
    counts_ = std::move(restored);
}

void ConfusionMetric::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
    NoGradient pause;
    auto [bits, scores] = losses::paired(y_true, convert(floating(y_pred), float32), name().c_str());
    if (selection_.top_k) scores = best_only(scores, *selection_.top_k, name());
    if (selection_.class_id) {
        const int64_t id = *selection_.class_id;
        if (scores.rank() < 2 || id >= scores.shape().back())
            fail<ShapeError>("{}: class_id is {}, y_pred has shape {}; it must be (samples, classes)", name(),
                             id, scores.shape());
        std::vector<Slice> column(static_cast<size_t>(scores.rank()));
        column.back() = {id, id + 1};
        bits = slice(bits, column);
        scores = slice(scores, column);
    }
    const Tensor weights =
        sample_weight.defined() ? spread_weight(sample_weight, scores.shape(), name()) : Tensor();
    count(bits, scores, weights);
}

void ConfusionMetric::count(const Tensor& bits, const Tensor& scores, const Tensor& weights) {
    const size_t labels = scores.rank() ? static_cast<size_t>(scores.shape().back()) : 1;
    const std::vector<double>& label_weights = selection_.label_weights;
    if (!label_weights.empty() && label_weights.size() != labels)
        fail<ShapeError>("{}: there are {} label_weights, y_pred has shape {}; give one for each label",
                         name(), label_weights.size(), scores.shape());
    const size_t columns = selection_.by_label ? labels : 1, thresholds = thresholds_.size();
    if (counts_.true_positives.size() != thresholds * columns) counts_.reset(thresholds * columns);
    if (scores.size() == 0) return;
    const bool open_ends = thresholds_.front() < 0 || thresholds_.back() > 1;
    Histogram positives(thresholds, columns), negatives(thresholds, columns);
    for (size_t i = 0; i < static_cast<size_t>(scores.size()); ++i) {
        const bool positive = bits.data<float>()[i] != 0;
        const float score = scores.data<float>()[i];
        double weight = weights.defined() ? weights.data<double>()[i] : 1.0;
        if (!label_weights.empty()) weight *= label_weights[i % labels];
        if (even_) {
            (positive ? positives : negatives).add(bucket(score, thresholds, open_ends), i % columns, weight);
            continue;
        }
        auto& above = positive ? counts_.true_positives : counts_.false_positives;
        auto& below = positive ? counts_.false_negatives : counts_.true_negatives;
        for (size_t t = 0; t < thresholds; ++t)
            (score > static_cast<float>(thresholds_[t]) ? above : below)[t * columns + i % columns] += weight;
    }
    if (!even_) return;
    positives.add_to(counts_.true_positives, counts_.false_negatives);
    negatives.add_to(counts_.false_positives, counts_.true_negatives);
}

ConfusionCount::ConfusionCount(ConfusionCountOptions options, const char* name,
                               std::vector<double> ConfusionCounts::*count)
    : ConfusionMetric(options.name.empty() ? name : options.name,
                      thresholds_of(options.thresholds, 0.5, name)),
      given_(std::move(options.thresholds)),
      count_(count) {}

double ConfusionCount::result() const {
    return mean_of(counts_.*count_);
}

Tensor ConfusionCount::values() const {
    return as_values(counts_.*count_);
}

Config ConfusionCount::get_config() const {
    return Metric::get_config().set("thresholds", thresholds_config(given_));
}

TruePositives::TruePositives(ConfusionCountOptions options)
    : ConfusionCount(std::move(options), "true_positives", &ConfusionCounts::true_positives) {}

TrueNegatives::TrueNegatives(ConfusionCountOptions options)
    : ConfusionCount(std::move(options), "true_negatives", &ConfusionCounts::true_negatives) {}

FalsePositives::FalsePositives(ConfusionCountOptions options)
    : ConfusionCount(std::move(options), "false_positives", &ConfusionCounts::false_positives) {}

FalseNegatives::FalseNegatives(ConfusionCountOptions options)
    : ConfusionCount(std::move(options), "false_negatives", &ConfusionCounts::false_negatives) {}

}  // namespace keratin::metrics
