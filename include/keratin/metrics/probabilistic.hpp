#pragma once

#include <keratin/metrics/mean.hpp>

#include <optional>

namespace keratin::metrics {

struct BinaryCrossentropyOptions {
    std::string name = "binary_crossentropy";
    bool from_logits = false;
    double label_smoothing = 0.0;
};

/// The loss of that name, averaged over samples (keras.metrics.BinaryCrossentropy).
class KERATIN_EXPORT BinaryCrossentropy : public MeanMetricWrapper {
public:
    explicit BinaryCrossentropy(BinaryCrossentropyOptions options = {});
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "BinaryCrossentropy"; }
    Config get_config() const override;

private:
    BinaryCrossentropyOptions options_;
};

struct CategoricalCrossentropyOptions {
    std::string name = "categorical_crossentropy";
    bool from_logits = false;
    double label_smoothing = 0.0;
    int axis = -1;
};

/// As keras.metrics.CategoricalCrossentropy, of one-hot targets.
class KERATIN_EXPORT CategoricalCrossentropy : public MeanMetricWrapper {
public:
    explicit CategoricalCrossentropy(CategoricalCrossentropyOptions options = {});
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "CategoricalCrossentropy"; }
    Config get_config() const override;

private:
    CategoricalCrossentropyOptions options_;
};

struct SparseCategoricalCrossentropyOptions {
    std::string name = "sparse_categorical_crossentropy";
    bool from_logits = false;
    std::optional<int64_t> ignore_class =
        {};  ///< samples of this class count as 0; in the mean too, unless there are weights (as in Keras)
    int axis = -1;
};

/// As keras.metrics.SparseCategoricalCrossentropy, of class numbers.
class KERATIN_EXPORT SparseCategoricalCrossentropy : public MeanMetricWrapper {
public:
    explicit SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options = {});
    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "SparseCategoricalCrossentropy"; }
    Config get_config() const override;

private:
    SparseCategoricalCrossentropyOptions options_;
};

/// The loss of that name, averaged over samples (keras.metrics.KLDivergence).
class KERATIN_EXPORT KLDivergence : public MeanMetricWrapper {
public:
    explicit KLDivergence(std::string name = "kl_divergence");
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "KLDivergence"; }
};

/// As keras.metrics.Poisson.
class KERATIN_EXPORT Poisson : public MeanMetricWrapper {
public:
    explicit Poisson(std::string name = "poisson");
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "Poisson"; }
};

}  // namespace keratin::metrics
