#pragma once

#include <keratin/metrics/metric.hpp>

#include <optional>
#include <vector>

namespace keratin::metrics {

struct FBetaScoreOptions {
    std::optional<std::string> average = {};  ///< "micro", "macro", "weighted"; none: one score per class
    double beta = 1.0;                        ///< how much more recall counts than precision
    std::optional<double> threshold = {};     ///< in (0, 1]; none: the largest of a sample is positive
    std::string name = "fbeta_score";
};

/// (1 + beta^2) * precision * recall / (beta^2 * precision + recall) of one-hot or many-hot targets
/// (keras.metrics.FBetaScore): y_true and y_pred (samples, classes), one weight per sample. Without average
/// values() has one score per class. Throws ValueError for arguments out of range, ShapeError for other
/// shapes.
class KERATIN_EXPORT FBetaScore : public Metric {
public:
    explicit FBetaScore(FBetaScoreOptions options = {});
    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
    double result() const override;
    Tensor values() const override;
    void reset_state() override;
    Config state() const override;
    void restore(const Config& state) override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    bool larger_is_better() const override { return true; }
    std::string class_name() const override { return "FBetaScore"; }
    Config get_config() const override;

private:
    std::vector<double> scores() const;

    FBetaScoreOptions options_;
    struct Counts {
        double true_positives = 0, false_positives = 0, false_negatives = 0, weight = 0;
    };
    std::vector<Counts> counts_;  ///< per class; one for all when micro
};

struct F1ScoreOptions {
    std::optional<std::string> average = {};
    std::optional<double> threshold = {};
    std::string name = "f1_score";
};

/// FBetaScore with beta = 1 (keras.metrics.F1Score).
class KERATIN_EXPORT F1Score : public FBetaScore {
public:
    explicit F1Score(F1ScoreOptions options = {});
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "F1Score"; }
    Config get_config() const override;

private:
    F1ScoreOptions options_;
};

}  // namespace keratin::metrics
