#pragma once

#include <keratin/metrics/metric.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace keratin::metrics {

struct IoUOptions {
    std::string name = "io_u";
    std::optional<int64_t> ignore_class = {};  ///< elements of this class do not count
    bool sparse_y_true = true;                 ///< class numbers; false: one-hot or scores along axis
    bool sparse_y_pred = true;
    int axis = -1;
};

/// Intersection over union, true positives / (true positives + false positives + false negatives), averaged
/// over some classes; those that nobody named do not count (keras.metrics.IoU). Class numbers outside [0,
/// num_classes) are passed over. Weights, one per element, count as whole numbers, as in Keras. Throws
/// ValueError for a target class out of range, ShapeError when y_true and y_pred have not as many elements.
class KERATIN_EXPORT IoU : public Metric {
public:
    IoU(int64_t num_classes, std::vector<int64_t> target_class_ids, IoUOptions options = {});
    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
    double result() const override;
    void reset_state() override;
    Config state() const override;
    void restore(const Config& state) override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    bool larger_is_better() const override { return true; }
    std::string class_name() const override { return "IoU"; }
    Config get_config() const override;

protected:
    int64_t classes() const { return classes_; }
    const std::vector<int64_t>& targets() const { return targets_; }
    const IoUOptions& options() const { return options_; }
    /// "name" and "dtype", which is "int64".
    Config base_config() const;

private:
    int64_t classes_;
    std::vector<int64_t> targets_;
    IoUOptions options_;
    std::vector<int64_t> matrix_;  ///< [right class * classes + said class]
};

struct MeanIoUOptions {
    std::string name = "mean_io_u";
    std::optional<int64_t> ignore_class = {};
    bool sparse_y_true = true;
    bool sparse_y_pred = true;
    int axis = -1;
};

/// IoU of all classes (keras.metrics.MeanIoU).
class KERATIN_EXPORT MeanIoU : public IoU {
public:
    explicit MeanIoU(int64_t num_classes, MeanIoUOptions options = {});
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "MeanIoU"; }
    Config get_config() const override;
};

struct BinaryIoUOptions {
    std::vector<int64_t> target_class_ids = {0, 1};
    double threshold = 0.5;
    std::string name = "binary_io_u";
};

/// IoU of bits; y_pred is 1 from the threshold on (keras.metrics.BinaryIoU).
class KERATIN_EXPORT BinaryIoU : public IoU {
public:
    explicit BinaryIoU(BinaryIoUOptions options = {});
    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
    std::shared_ptr<Metric> fresh() const override { return fresh_copy(*this); }
    std::string class_name() const override { return "BinaryIoU"; }
    Config get_config() const override;

private:
    double threshold_;
};

}  // namespace keratin::metrics
