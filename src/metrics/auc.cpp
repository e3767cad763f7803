#include <keratin/metrics/auc.hpp>

#include "metrics/counting.hpp"
#include "metrics/of_loss.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>

#include <algorithm>
#include <cmath>

namespace keratin::metrics {
namespace {

void require_word(const std::string& owner, const char* what, const std::string& word,
                  std::initializer_list<const char*> words) {
    std::string accepted;
    for (const char* known : words) {
        if (word == known) return;
        accepted += (accepted.empty() ? "\"" : ", \"") + std::string(known) + "\"";
    }
    fail<ValueError>("{}: {} is \"{}\"; use one of {}", owner, what, word, accepted);
}

/// With one threshold below 0 and one above 1, so that the curve has both ends.
std::vector<double> with_ends(const AUCOptions& options) {
    std::vector<double> inner = options.thresholds;
    for (const double threshold : inner)
        if (!(threshold >= 0 && threshold <= 1))
            fail<ValueError>("{}: a threshold is {}; it must be in [0, 1]", options.name, threshold);
    if (inner.empty()) {
        if (options.num_thresholds < 2)
            fail<ValueError>("{}: num_thresholds is {}; it must be at least 2", options.name,
                             options.num_thresholds);
        for (int64_t i = 1; i + 1 < options.num_thresholds; ++i)
            inner.push_back(static_cast<double>(i) / static_cast<double>(options.num_thresholds - 1));
    }
    std::sort(inner.begin(), inner.end());
    inner.insert(inner.begin(), -1e-7);
    inner.push_back(1 + 1e-7);
    return inner;
}

/// The counts at one threshold, and the curve's point there.
struct Counts {
    double tp, fp, tn, fn;
};
struct Point {
    double x, y;
};

Point point(const std::string& curve, const Counts& c) {
    const double recall = share(c.tp, c.tp + c.fn);
    if (curve == "ROC") return {share(c.fp, c.fp + c.tn), recall};
    if (curve == "PR") return {recall, share(c.tp, c.tp + c.fp)};
    if (c.tp == 0) return {0, 1};
    const double positives_per_negative = share(c.tp + c.fn, c.tn + c.fp);
    return {std::max(1 - positives_per_negative * share(c.fn, c.tp), 0.0),
            1 - positives_per_negative * share(c.fp, c.tp)};
}

/// The area between two points of the PR curve, interpolated as Davis and Goadrich (2006) do: along a
/// straight line of counts, which is no straight line of precisions.
double interpolated_pr(const Counts& from, const Counts& to) {
    const double positives = from.tp + from.fp, next = to.tp + to.fp;
    const double hits = from.tp - to.tp;
    const double slope = share(hits, std::max(positives - next, 0.0));
    const double intercept = to.tp - slope * next;
    const double ratio = positives > 0 && next > 0 ? positives / next : 1.0;
    return share(slope * (hits + intercept * std::log(ratio)), std::max(to.tp + to.fn, 0.0));
}

}  // namespace

AUC::AUC(AUCOptions options)
    : ConfusionMetric(options.name, with_ends(options)), options_(std::move(options)) {
    require_word(name(), "curve", options_.curve, {"ROC", "PR", "PRGAIN"});
    require_word(name(), "summation_method", options_.summation_method,
                 {"interpolation", "minoring", "majoring"});
    if (options_.num_labels && !options_.multi_label)
        fail<ValueError>("{}: num_labels is {}, but multi_label is false; set both or neither", name(),
                         *options_.num_labels);
    selection_.by_label = options_.multi_label;
    if (!options_.multi_label) selection_.label_weights = options_.label_weights;
}

void AUC::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
    if (options_.multi_label && y_pred.defined() &&
        (y_pred.rank() != 2 || (options_.num_labels && y_pred.shape()[1] != *options_.num_labels)))
        fail<ShapeError>("{}: y_pred has shape {}; with multi_label it must be (samples, {})", name(),
                         y_pred.shape(),
                         options_.num_labels ? std::to_string(*options_.num_labels) : std::string("labels"));
    NoGradient pause;
    const Tensor scores = floating(y_pred);
    ConfusionMetric::update_state(y_true, options_.from_logits ? sigmoid(scores) : scores, sample_weight);
}

double AUC::area(size_t label, size_t labels) const {
    const auto counts = [&](size_t t) {
        const size_t i = t * labels + label;
        return Counts{counts_.true_positives[i], counts_.false_positives[i], counts_.true_negatives[i],
                      counts_.false_negatives[i]};
    };
    double sum = 0;
    for (size_t t = 0; t + 1 < thresholds().size(); ++t) {
        const Counts from = counts(t), to = counts(t + 1);
        if (options_.curve == "PR" && options_.summation_method == "interpolation") {
            sum += interpolated_pr(from, to);
            continue;
        }
        const Point a = point(options_.curve, from), b = point(options_.curve, to);
        const double height = options_.summation_method == "interpolation" ? (a.y + b.y) / 2
                              : options_.summation_method == "minoring"    ? std::min(a.y, b.y)
                                                                           : std::max(a.y, b.y);
        sum += (a.x - b.x) * height;
    }
    return sum;
}

double AUC::result() const {
    const size_t labels = counts_.true_positives.size() / thresholds().size();
    if (!options_.multi_label || labels == 0) return area(0, 1);
    const std::vector<double>& weights = options_.label_weights;
    if (!weights.empty() && weights.size() != labels)
        fail<ShapeError>("{}: there are {} label_weights for {} labels; give one for each", name(),
                         weights.size(), labels);
    double sum = 0, all = 0;
    for (size_t label = 0; label < labels; ++label) {
        const double weight = weights.empty() ? 1.0 : weights[label];
        sum += weight * area(label, labels);
        all += weight;
    }
    return share(sum, all);
}

Config AUC::get_config() const {
    const auto list = [](const std::vector<double>& values) {
        return Config(Config::List(values.begin(), values.end()));
    };
    const std::vector<double>& all = thresholds();
    Config config =
        Metric::get_config()
            .set("num_thresholds", all.size())
            .set("curve", options_.curve)
            .set("summation_method", options_.summation_method)
            .set("multi_label", options_.multi_label)
            .set("num_labels", options_.num_labels ? Config(*options_.num_labels) : Config())
            .set("label_weights", options_.label_weights.empty() ? Config() : list(options_.label_weights))
            .set("from_logits", options_.from_logits);
    if (!options_.thresholds.empty())
        config.set("thresholds", list(std::vector<double>(all.begin() + 1, all.end() - 1)));
    return config;
}

}  // namespace keratin::metrics
