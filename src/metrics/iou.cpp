#include <keratin/metrics/iou.hpp>

#include "metrics/counting.hpp"
#include "metrics/of_loss.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

#include <numeric>

namespace keratin::metrics {
namespace {

std::vector<int64_t> all_classes(int64_t count) {
    std::vector<int64_t> classes(static_cast<size_t>(std::max<int64_t>(count, 0)));
    std::iota(classes.begin(), classes.end(), int64_t{0});
    return classes;
}

Config optional(const std::optional<int64_t>& value) {
    return value ? Config(*value) : Config();
}

}  // namespace

IoU::IoU(int64_t num_classes, std::vector<int64_t> target_class_ids, IoUOptions given)
    : Metric(given.name),
      classes_(num_classes),
      targets_(std::move(target_class_ids)),
      options_(std::move(given)) {
    if (classes_ < 1) fail<ValueError>("{}: num_classes is {}; it must be at least 1", name(), classes_);
    for (const int64_t target : targets_)
        if (target < 0 || target >= classes_)
            fail<ValueError>("{}: target class {} is out of range; there are {} classes, counted from 0",
                             name(), target, classes_);
    matrix_.resize(static_cast<size_t>(classes_ * classes_));
}

void IoU::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
    if (!y_true.defined() || !y_pred.defined())
        fail<ValueError>("{}: y_true and y_pred must be given", name());
    const Tensor truth = convert(options_.sparse_y_true ? y_true : argmax(y_true, options_.axis), int64);
    const Tensor said = convert(options_.sparse_y_pred ? y_pred : argmax(y_pred, options_.axis), int64);
    if (truth.size() != said.size())
        fail<ShapeError>("{}: y_true has shape {}, y_pred {}; they must have as many elements", name(),
                         y_true.shape(), y_pred.shape());
    const Tensor weights = sample_weight.defined()
                               ? convert(spread_weight(sample_weight, truth.shape(), name()), int64)
                               : Tensor();
    const auto is_class = [this](int64_t id) { return id >= 0 && id < classes_; };
    for (size_t i = 0; i < static_cast<size_t>(truth.size()); ++i) {
        const int64_t right = truth.data<int64_t>()[i], guess = said.data<int64_t>()[i];
        if (!is_class(right) || !is_class(guess) || right == options_.ignore_class) continue;
        matrix_[static_cast<size_t>(right * classes_ + guess)] +=
            weights.defined() ? weights.data<int64_t>()[i] : 1;
    }
}

double IoU::result() const {
    double sum = 0, present = 0;
    for (const int64_t target : targets_) {
        const auto at = [&](int64_t row, int64_t column) {
            return static_cast<double>(matrix_[static_cast<size_t>(row * classes_ + column)]);
        };
        double either = -at(target, target);
        for (int64_t other = 0; other < classes_; ++other) either += at(target, other) + at(other, target);
        if (!(either > 1e-9)) continue;
        sum += at(target, target) / (either + 1e-7);
        ++present;
    }
    return sum / (present + 1e-7);
}

void IoU::reset_state() {
    std::fill(matrix_.begin(), matrix_.end(), 0);
}

Config IoU::state() const {
    return Config::List(matrix_.begin(), matrix_.end());
}

void IoU::restore(const Config& state) {
    std::vector<int64_t> matrix;
    for (const Config& count : state.as_list()) matrix.push_back(count.as_integer());
    if (matrix.size() != matrix_.size())
        fail<ValueError>("{}: a saved state of {} numbers; {} are needed", name(), matrix.size(),
                         matrix_.size());
    matrix_ = std::move(matrix);
}

Config IoU::base_config() const {
    return Config::object({{"name", name()}, {"dtype", "int64"}});
}

Config IoU::get_config() const {
    return base_config()
        .set("num_classes", classes_)
        .set("target_class_ids", Config::List(targets_.begin(), targets_.end()))
        .set("ignore_class", optional(options_.ignore_class))
        .set("sparse_y_true", options_.sparse_y_true)
        .set("sparse_y_pred", options_.sparse_y_pred)
        .set("axis", options_.axis);
}

MeanIoU::MeanIoU(int64_t num_classes, MeanIoUOptions o)
    : IoU(num_classes, all_classes(num_classes),
          {.name = o.name,
           .ignore_class = o.ignore_class,
           .sparse_y_true = o.sparse_y_true,
           .sparse_y_pred = o.sparse_y_pred,
           .axis = o.axis}) {}

Config MeanIoU::get_config() const {
    return base_config()
        .set("num_classes", classes())
        .set("ignore_class", optional(options().ignore_class))
        .set("sparse_y_true", options().sparse_y_true)
        .set("sparse_y_pred", options().sparse_y_pred)
        .set("axis", options().axis);
}

BinaryIoU::BinaryIoU(BinaryIoUOptions o)
    : IoU(2, o.target_class_ids, {.name = o.name}), threshold_(o.threshold) {}

void BinaryIoU::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
    if (!y_pred.defined()) fail<ValueError>("{}: y_true and y_pred must be given", name());
    IoU::update_state(y_true, convert(floating(y_pred), float32) >= threshold_, sample_weight);
}

Config BinaryIoU::get_config() const {
    return base_config()
        .set("target_class_ids", Config::List(targets().begin(), targets().end()))
        .set("threshold", threshold_);
}

}  // namespace keratin::metrics
