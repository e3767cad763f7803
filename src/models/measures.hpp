#pragma once

#include <keratin/core/tensors.hpp>
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
    /// each. With several outputs their losses and metrics go under "output_loss", "output_accuracy".
    Measures(const CompileOptions& options, const std::vector<std::string>& outputs,
             bool batches_alone = false);

    void reset();
    /// A batch's loss counts as often as the batch has samples.
    void add_loss(double loss, int64_t samples);
    /// The same of each output's loss, where there are several.
    void add_output_losses(const Tensors& losses, int64_t samples);
    void add(const Tensors& y_true, const Tensors& y_pred, const Tensors& sample_weight);
    Logs logs() const;
    std::vector<std::string> names() const;  ///< of the logs: the loss, the metrics, the outputs' losses
    /// Makes the list the metrics of these measures.
    void list_metrics(std::vector<std::shared_ptr<metrics::Metric>>& list) const;
    /// What the epoch has gathered so far; null in place of a metric that does not say.
    Config state() const;
    /// The class of the first metric that does not say what it has gathered; empty for none.
    std::string silent_metric() const;
    /// Throws ValueError when the state is of other measures.
    void restore(const Config& state);
    bool needs_predictions() const { return !entries_.empty(); }

private:
    struct Entry {
        MetricHandle handle;
        bool weighted;
        size_t output;
        std::shared_ptr<metrics::Metric> metric;
        std::string name = {};
    };
    struct Loss {
        std::string name;
        double sum = 0;
    };
    void add_entries(const OutputMetrics& metrics, bool weighted);
    void name_entries();
    using Shapes = std::vector<std::pair<Shape, Shape>>;
    void resolve(Shapes shapes);
    bool fits(const Tensors& y_true, const Tensors& y_pred) const;

    std::vector<std::string> outputs_;
    std::vector<Entry> entries_;
    std::vector<Loss> output_losses_;
    bool resolved_ = false;
    bool alone_;
    Shapes shapes_;  ///< for which names were resolved
    double loss_ = 0;
    int64_t samples_ = 0;
};

/// The weights of one output's samples; undefined for none.
const Tensor& weight_of_output(const Tensors& sample_weight, size_t output);

}  // namespace keratin
