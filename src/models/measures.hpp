#pragma once

#include <keratin/metrics/metric.hpp>
#include <keratin/models/logs.hpp>
#include <keratin/models/training.hpp>

#include <memory>
#include <string>
#include <vector>

namespace keratin {

/// The running loss and metrics of one run. Names such as "accuracy" are resolved at the first batch.
class Measures {
public:
    explicit Measures(const CompileOptions& options);

    void reset();
    /// A batch's loss counts as often as the batch has samples.
    void add_loss(double loss, int64_t samples);
    void add(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight);
    Logs logs() const;
    std::vector<std::shared_ptr<metrics::Metric>> metrics() const;

private:
    struct Entry {
        MetricHandle handle;
        bool weighted;
        std::shared_ptr<metrics::Metric> metric;
    };
    void resolve(const Shape& y_true, const Shape& y_pred);

    std::vector<Entry> entries_;
    bool resolved_ = false;
    double loss_ = 0;
    int64_t samples_ = 0;
};

}  // namespace keratin
