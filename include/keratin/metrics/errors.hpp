#pragma once

#include <keratin/metrics/mean.hpp>

namespace keratin::metrics {

/// The loss of that name, averaged over samples (keras.metrics.MeanSquaredError).
class KERATIN_EXPORT MeanSquaredError : public MeanMetricWrapper {
public:
    explicit MeanSquaredError(std::string name = "mean_squared_error");
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "MeanSquaredError"; }
};

/// As keras.metrics.MeanAbsoluteError.
class KERATIN_EXPORT MeanAbsoluteError : public MeanMetricWrapper {
public:
    explicit MeanAbsoluteError(std::string name = "mean_absolute_error");
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "MeanAbsoluteError"; }
};

/// As keras.metrics.MeanAbsolutePercentageError.
class KERATIN_EXPORT MeanAbsolutePercentageError : public MeanMetricWrapper {
public:
    explicit MeanAbsolutePercentageError(std::string name = "mean_absolute_percentage_error");
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "MeanAbsolutePercentageError"; }
};

/// As keras.metrics.MeanSquaredLogarithmicError.
class KERATIN_EXPORT MeanSquaredLogarithmicError : public MeanMetricWrapper {
public:
    explicit MeanSquaredLogarithmicError(std::string name = "mean_squared_logarithmic_error");
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "MeanSquaredLogarithmicError"; }
};

/// The mean of log(cosh(error)) (keras.metrics.LogCoshError).
class KERATIN_EXPORT LogCoshError : public MeanMetricWrapper {
public:
    explicit LogCoshError(std::string name = "logcosh");
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "LogCoshError"; }
};

/// The square root of the mean of the squared errors of all elements (keras.metrics.RootMeanSquaredError).
class KERATIN_EXPORT RootMeanSquaredError : public Mean {
public:
    explicit RootMeanSquaredError(std::string name = "root_mean_squared_error") : Mean(std::move(name)) {}
    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
    double result() const override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "RootMeanSquaredError"; }
};

struct CosineSimilarityOptions {
    std::string name = "cosine_similarity";
    int axis = -1;
};

/// The cosine of the angle between y_true and y_pred along an axis, 1 for the same direction
/// (keras.metrics.CosineSimilarity). Its config tells an axis other than -1, which Keras's own leaves out.
class KERATIN_EXPORT CosineSimilarity : public MeanMetricWrapper {
public:
    explicit CosineSimilarity(CosineSimilarityOptions options = {});
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "CosineSimilarity"; }
    Config get_config() const override;

private:
    CosineSimilarityOptions options_;
};

}  // namespace keratin::metrics
