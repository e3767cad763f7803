#pragma once

#include <keratin/metrics/metric.hpp>

#include <optional>
#include <vector>

namespace keratin::metrics {

struct R2ScoreOptions {
    std::optional<std::string> class_aggregation =
        "uniform_average";       ///< or "variance_weighted_average"; none: one score per output
    int64_t num_regressors = 0;  ///< of the model; above 0 the score is the adjusted one
    std::string name = "r2_score";
};

/// 1 - squared errors / squared deviations from the mean (keras.metrics.R2Score): y_true and y_pred (samples,
/// outputs). Without class_aggregation values() has one score per output. Throws ValueError for arguments out
/// of range, ShapeError for other shapes.
class KERATIN_EXPORT R2Score : public Metric {
public:
    explicit R2Score(R2ScoreOptions options = {});
    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
    double result() const override;
    Tensor values() const override;
    void reset_state() override;
    Config state() const override;
    void restore(const Config& state) override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    bool larger_is_better() const override { return true; }
    std::string class_name() const override { return "R2Score"; }
    Config get_config() const override;

private:
    std::vector<double> scores() const;

    R2ScoreOptions options_;
    struct Sums {
        double of_squares = 0, of_values = 0, of_squared_errors = 0, of_weights = 0;
    };
    std::vector<Sums> sums_;  ///< per output
    int64_t elements_ = 0;
};

}  // namespace keratin::metrics
