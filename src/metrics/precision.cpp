#include <keratin/metrics/precision.hpp>

#include "metrics/counting.hpp"

namespace keratin::metrics {
namespace {

/// What Precision and Recall check and say alike.
template <class Options>
std::vector<double> checked(const Options& options) {
    if (options.top_k && *options.top_k < 1)
        fail<ValueError>("{}: top_k is {}; it must be at least 1", options.name, *options.top_k);
    if (options.class_id && *options.class_id < 0)
        fail<ValueError>("{}: class_id is {}; it must not be negative", options.name, *options.class_id);
    return thresholds_of(options.thresholds, options.top_k ? -1e10 : 0.5, options.name);
}

template <class Options>
Config config_of(Config config, const Options& options) {
    return config.set("thresholds", thresholds_config(options.thresholds))
        .set("top_k", options.top_k ? Config(*options.top_k) : Config())
        .set("class_id", options.class_id ? Config(*options.class_id) : Config());
}

std::vector<double> shares(const std::vector<double>& right, const std::vector<double>& wrong) {
    std::vector<double> all(right.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = share(right[i], right[i] + wrong[i]);
    return all;
}

}  // namespace

Precision::Precision(PrecisionOptions options)
    : ConfusionMetric(options.name, checked(options)), options_(std::move(options)) {
    selection_.top_k = options_.top_k;
    selection_.class_id = options_.class_id;
}

double Precision::result() const {
    return mean_of(shares(counts_.true_positives, counts_.false_positives));
}

Tensor Precision::values() const {
    return as_values(shares(counts_.true_positives, counts_.false_positives));
}

Config Precision::get_config() const {
    return config_of(Metric::get_config(), options_);
}

Recall::Recall(RecallOptions options)
    : ConfusionMetric(options.name, checked(options)), options_(std::move(options)) {
    selection_.top_k = options_.top_k;
    selection_.class_id = options_.class_id;
}

double Recall::result() const {
    return mean_of(shares(counts_.true_positives, counts_.false_negatives));
}

Tensor Recall::values() const {
    return as_values(shares(counts_.true_positives, counts_.false_negatives));
}

Config Recall::get_config() const {
    return config_of(Metric::get_config(), options_);
}

}  // namespace keratin::metrics
