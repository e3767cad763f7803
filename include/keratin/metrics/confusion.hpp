#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/metrics/metric.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keratin::metrics {

/// Weighted counts of what predictions above a threshold say about bits, for several thresholds and, where
/// labels are kept apart, for each of them: [threshold * labels + label].
struct KERATIN_EXPORT ConfusionCounts {
    std::vector<double> true_positives, false_positives, true_negatives, false_negatives;

    void reset(size_t size);
};

/// What Precision, Recall and AUC share: y_true of bits (other than 0 is positive), y_pred of the same shape,
/// positive where above the threshold; one weight per sample or element. Throws ShapeError when the shapes do
/// not go together.
class KERATIN_EXPORT ConfusionMetric : public Metric {
public:
    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
    void reset_state() override;
    Config state() const override;
    void restore(const Config& state) override;
    const std::vector<double>& thresholds() const { return thresholds_; }

protected:
    ConfusionMetric(std::string name, std::vector<double> thresholds);

    /// Which elements count, and how.
    struct Selection {
        std::optional<int64_t> top_k;     ///< only the k best of a sample can be positive
        std::optional<int64_t> class_id;  ///< only this class counts
        bool by_label = false;            ///< the labels of the last axis are kept apart
        std::vector<double> label_weights;
    };
    Selection selection_;
    ConfusionCounts counts_;

private:
    void count(const Tensor& bits, const Tensor& scores, const Tensor& weights);

    std::vector<double> thresholds_;
    bool even_;  ///< thresholds at equal distances: elements fall into buckets
};

/// `thresholds` within [0, 1]; 0.5 when there is none.
struct ConfusionCountOptions {
    OneOrMore<double> thresholds = {};
    std::string name = {};  ///< the class's in snake case when empty
};

/// A count that the four classes below give; values() has one for each threshold.
class KERATIN_EXPORT ConfusionCount : public ConfusionMetric {
public:
    double result() const override;
    Tensor values() const override;
    Config get_config() const override;

protected:
    ConfusionCount(ConfusionCountOptions options, const char* name,
                   std::vector<double> ConfusionCounts::*count);

private:
    OneOrMore<double> given_;
    std::vector<double> ConfusionCounts::*count_;
};

/// Elements that are positive and said to be (keras.metrics.TruePositives).
class KERATIN_EXPORT TruePositives : public ConfusionCount {
public:
    explicit TruePositives(ConfusionCountOptions options = {});
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "TruePositives"; }
};

/// Elements that are negative and said to be (keras.metrics.TrueNegatives).
class KERATIN_EXPORT TrueNegatives : public ConfusionCount {
public:
    explicit TrueNegatives(ConfusionCountOptions options = {});
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "TrueNegatives"; }
};

/// Elements that are negative but said to be positive (keras.metrics.FalsePositives).
class KERATIN_EXPORT FalsePositives : public ConfusionCount {
public:
    explicit FalsePositives(ConfusionCountOptions options = {});
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "FalsePositives"; }
};

/// Elements that are positive but said to be negative (keras.metrics.FalseNegatives).
class KERATIN_EXPORT FalseNegatives : public ConfusionCount {
public:
    explicit FalseNegatives(ConfusionCountOptions options = {});
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "FalseNegatives"; }
};

}  // namespace keratin::metrics
