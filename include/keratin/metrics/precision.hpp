#pragma once

#include <keratin/metrics/confusion.hpp>

namespace keratin::metrics {

struct PrecisionOptions {
    OneOrMore<double> thresholds = {};     ///< in [0, 1]; 0.5, or any of the top_k, when none
    std::optional<int64_t> top_k = {};     ///< only the k best of a sample can be positive
    std::optional<int64_t> class_id = {};  ///< only this class counts
    std::string name = "precision";
};

/// true positives / (true + false positives): how much of what is said to be positive is; 0 where there is
/// none (keras.metrics.Precision). values() has one for each threshold.
class KERATIN_EXPORT Precision : public ConfusionMetric {
public:
    explicit Precision(PrecisionOptions options = {});
    double result() const override;
    Tensor values() const override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    bool larger_is_better() const override { return true; }
    std::string class_name() const override { return "Precision"; }
    Config get_config() const override;

private:
    PrecisionOptions options_;
};

struct RecallOptions {
    OneOrMore<double> thresholds = {};     ///< in [0, 1]; 0.5, or any of the top_k, when none
    std::optional<int64_t> top_k = {};     ///< only the k best of a sample can be positive
    std::optional<int64_t> class_id = {};  ///< only this class counts
    std::string name = "recall";
};

/// true positives / (true positives + false negatives): how much of what is positive is found; 0 where there
/// is none (keras.metrics.Recall). values() has one for each threshold.
class KERATIN_EXPORT Recall : public ConfusionMetric {
public:
    explicit Recall(RecallOptions options = {});
    double result() const override;
    Tensor values() const override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    bool larger_is_better() const override { return true; }
    std::string class_name() const override { return "Recall"; }
    Config get_config() const override;

private:
    RecallOptions options_;
};

}  // namespace keratin::metrics
