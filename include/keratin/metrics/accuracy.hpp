#pragma once

#include <keratin/metrics/mean.hpp>

namespace keratin::metrics {

/// How often y_pred equals y_true (keras.metrics.Accuracy).
class KERATIN_EXPORT Accuracy : public MeanMetricWrapper {
public:
    explicit Accuracy(std::string name = "accuracy");
    std::string class_name() const override { return "Accuracy"; }
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
};

/// How often y_pred > threshold agrees with y_true, 0 or 1 (keras.metrics.BinaryAccuracy).
class KERATIN_EXPORT BinaryAccuracy : public MeanMetricWrapper {
public:
    explicit BinaryAccuracy(std::string name = "binary_accuracy", double threshold = 0.5);
    std::string class_name() const override { return "BinaryAccuracy"; }
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    Config get_config() const override;

private:
    double threshold_;
};

/// How often the largest of y_pred is at the largest of y_true, one-hot (keras.metrics.CategoricalAccuracy).
class KERATIN_EXPORT CategoricalAccuracy : public MeanMetricWrapper {
public:
    explicit CategoricalAccuracy(std::string name = "categorical_accuracy");
    std::string class_name() const override { return "CategoricalAccuracy"; }
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
};

/// How often the largest of y_pred is at class y_true (keras.metrics.SparseCategoricalAccuracy).
class KERATIN_EXPORT SparseCategoricalAccuracy : public MeanMetricWrapper {
public:
    explicit SparseCategoricalAccuracy(std::string name = "sparse_categorical_accuracy");
    std::string class_name() const override { return "SparseCategoricalAccuracy"; }
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
};

/// How often fewer than k classes score above the right one, which is one-hot
/// (keras.metrics.TopKCategoricalAccuracy). Throws ValueError for k < 1.
class KERATIN_EXPORT TopKCategoricalAccuracy : public MeanMetricWrapper {
public:
    explicit TopKCategoricalAccuracy(int64_t k = 5, std::string name = "top_k_categorical_accuracy");
    std::string class_name() const override { return "TopKCategoricalAccuracy"; }
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    Config get_config() const override;

private:
    int64_t k_;
};

/// The same for class numbers (keras.metrics.SparseTopKCategoricalAccuracy).
class KERATIN_EXPORT SparseTopKCategoricalAccuracy : public MeanMetricWrapper {
public:
    explicit SparseTopKCategoricalAccuracy(int64_t k = 5,
                                           std::string name = "sparse_top_k_categorical_accuracy");
    std::string class_name() const override { return "SparseTopKCategoricalAccuracy"; }
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    Config get_config() const override;

private:
    int64_t k_;
};

}  // namespace keratin::metrics
