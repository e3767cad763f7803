#pragma once

#include <keratin/metrics/confusion.hpp>

namespace keratin::metrics {

struct AUCOptions {
    int64_t num_thresholds = 200;                    ///< at equal distances; at least 2
    std::string curve = "ROC";                       ///< or "PR", "PRGAIN"
    std::string summation_method = "interpolation";  ///< or "minoring", "majoring"
    std::string name = "auc";
    std::vector<double> thresholds = {};     ///< in [0, 1]; instead of num_thresholds
    bool multi_label = false;                ///< the mean of the areas of the labels, y_pred (n, labels)
    std::optional<int64_t> num_labels = {};  ///< with multi_label only
    std::vector<double> label_weights = {};  ///< one for each label
    bool from_logits = false;
};

/// The area under a curve that thresholds draw (keras.metrics.AUC): true against false positive rates (ROC),
/// precision against recall (PR). Throws ValueError for other words or thresholds outside [0, 1].
class KERATIN_EXPORT AUC : public ConfusionMetric {
public:
    explicit AUC(AUCOptions options = {});
    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
    double result() const override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    bool larger_is_better() const override { return true; }
    std::string class_name() const override { return "AUC"; }
    Config get_config() const override;

private:
    double area(size_t label, size_t labels) const;

    AUCOptions options_;
};

}  // namespace keratin::metrics
