#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/handle.hpp>
#include <keratin/core/tensor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace keratin::metrics {

/// A running measure (keras.metrics.Metric): update_state() batch by batch, result() at any time.
class KERATIN_EXPORT Metric {
public:
    explicit Metric(std::string name) : name_(std::move(name)) {}
    virtual ~Metric() = default;

    /// sample_weight (undefined for none): one weight per sample, or broadcasting to the values.
    virtual void update_state(const Tensor& y_true, const Tensor& y_pred,
                              const Tensor& sample_weight = {}) = 0;
    /// One number, as logs hold it: the mean of values() where there are several.
    virtual double result() const = 0;
    /// The result as a float32 tensor: one value per threshold or class where the metric has several
    /// (Precision of several thresholds, F1Score without average), else a scalar.
    virtual Tensor values() const;
    virtual void reset_state() = 0;
    /// What it has gathered so far, for a checkpoint in the middle of an epoch; null when a class does not
    /// say. restore() takes it over, and throws ValueError for what state() never gives.
    virtual Config state() const { return {}; }
    virtual void restore(const Config&) {}
    /// A metric of the same kind with a state of its own.
    virtual std::shared_ptr<Metric> fresh() const = 0;

    const std::string& name() const { return name_; }
    void set_name(std::string name) { name_ = std::move(name); }
    /// True when larger is better (accuracies), false for errors: what callbacks' mode "auto" asks.
    virtual bool larger_is_better() const { return false; }
    virtual std::string class_name() const { return {}; }
    virtual Config get_config() const;  ///< the arguments by Keras's names

    /// "sparse_categorical_accuracy", "mse", ... or the class name; throws ValueError listing the names.
    /// "accuracy" as compile() takes it is another thing: it depends on shapes, see resolve_metric().
    static std::shared_ptr<Metric> from_name(std::string_view name);

    /// {"module", "class_name", "config", "registered_name"}: how Keras writes it down.
    Config serialize() const;
    /// The object of such a node or of a name; null for null. Throws ValueError for an unknown class.
    static std::shared_ptr<Metric> from_config(const Config& node);

    using Factory = std::function<std::shared_ptr<Metric>(const Config& config)>;
    /// Makes a class of one's own known to from_config() and from_name(); the factory gets get_config().
    static void register_class(std::string class_name, Factory factory);

protected:
    /// What fresh() of a class returns: fresh_copy(*this).
    template <class M>
    static std::shared_ptr<Metric> fresh_copy(const M& metric) {
        auto copy = std::make_shared<M>(metric);
        copy->reset_state();
        return copy;
    }

private:
    std::string name_;
};

/// The metric that a name in compile() means for these shapes: "accuracy" and "acc" become binary (y_pred
/// ends in 1), sparse categorical (y_true has a smaller rank or ends in 1) or categorical accuracy,
/// "crossentropy" and "ce" the crossentropy of that kind.
KERATIN_EXPORT std::shared_ptr<Metric> resolve_metric(const std::string& name, const Shape& y_true,
                                                      const Shape& y_pred);

}  // namespace keratin::metrics

namespace keratin {

/// A metric as an option of compile(): an object, or a name that is resolved when the shapes are known.
class MetricHandle {
public:
    MetricHandle(const char* name) : name_(name) {}             // NOLINT: implicit by design
    MetricHandle(std::string name) : name_(std::move(name)) {}  // NOLINT
    template <class M>
    requires std::derived_from<std::remove_cvref_t<M>, metrics::Metric> MetricHandle(M&& metric)
        : metric_(std::make_shared<std::remove_cvref_t<M>>(std::forward<M>(metric))) {}  // NOLINT
    template <std::derived_from<metrics::Metric> M>
    MetricHandle(std::shared_ptr<M> metric) : metric_(std::move(metric)) {}  // NOLINT

    const std::string& name() const { return metric_ ? metric_->name() : name_; }
    const std::shared_ptr<metrics::Metric>& metric() const { return metric_; }  ///< null for a name

private:
    std::string name_;
    std::shared_ptr<metrics::Metric> metric_;
};

}  // namespace keratin
