#pragma once

#include <keratin/metrics/metric.hpp>

#include <functional>
#include <string>

namespace keratin::metrics {

/// A weighted running mean: sum(value * weight) / sum(weight), 0 while nothing was added
/// (keras.metrics.Mean).
class KERATIN_EXPORT Mean : public Metric {
public:
    explicit Mean(std::string name = "mean");

    /// Adds values as they are: y_pred is not used.
    void update_state(const Tensor& values, const Tensor& y_pred = {},
                      const Tensor& sample_weight = {}) override;
    double result() const override;
    void reset_state() override;
    Config state() const override { return Config::List{total_, count_}; }
    void restore(const Config& state) override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "Mean"; }

protected:
    /// Adds values, one per sample or more; those of a sample are averaged before its weight applies.
    void add(const Tensor& values, const Tensor& sample_weight);

private:
    double total_ = 0;
    double count_ = 0;
};

/// A weighted running sum: sum(value * weight) (keras.metrics.Sum).
class KERATIN_EXPORT Sum : public Metric {
public:
    explicit Sum(std::string name = "sum") : Metric(std::move(name)) {}

    /// Adds values as they are: y_pred is not used.
    void update_state(const Tensor& values, const Tensor& y_pred = {},
                      const Tensor& sample_weight = {}) override;
    double result() const override { return total_; }
    void reset_state() override { total_ = 0; }
    Config state() const override { return total_; }
    void restore(const Config& state) override { total_ = state.as_number(); }
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "Sum"; }

private:
    double total_ = 0;
};

/// The running mean of a function of (y_true, y_pred) that gives a value per sample; what the mask of y_pred
/// leaves out does not count (keras.metrics.MeanMetricWrapper).
class KERATIN_EXPORT MeanMetricWrapper : public Mean {
public:
    using Function = std::function<Tensor(const Tensor& y_true, const Tensor& y_pred)>;
    MeanMetricWrapper(Function function, std::string name, bool larger_is_better = false);

    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return {}; }  ///< a function has no config
    bool larger_is_better() const override { return larger_is_better_; }

private:
    Function function_;
    bool larger_is_better_;
};

}  // namespace keratin::metrics
