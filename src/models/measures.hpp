#pragma once

#include <keratin/metrics/metric.hpp>
#include <keratin/models/logs.hpp>
#include <keratin/models/training.hpp>

#include <memory>
#include <string>
#include <vector>

namespace keratin {

/// The running loss and metrics of one run.
class Measures {
public:
    /// What names such as "accuracy" mean is settled by the first batch; for batches that stand alone, by
    /// each.
    explicit Measures(const CompileOptions& options, bool batches_alone = false);

    void reset();
    /// A batch's loss counts as often as the batch has samples.
    void add_loss(double loss, int64_t samples);
    void add(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight);
    Logs logs() const;
    /// Makes the list the metrics of these measures.
    void list_metrics(std::vector<std::shared_ptr<metrics::Metric>>& list) const;
    bool needs_predictions() const { return !entries_.empty(); }

private:
    struct Entry {
        MetricHandle handle;
        bool weighted;
        std::shared_ptr<metrics::Metric> metric;
    };
    void resolve(const Shape& y_true, const Shape& y_pred);

    std::vector<Entry> entries_;
    bool resolved_ = false;
    bool alone_;
    Shape y_true_, y_pred_;  ///< for which names were resolved
    double loss_ = 0;
    int64_t samples_ = 0;
};

}  // namespace keratin
