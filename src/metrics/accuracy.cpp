#include <keratin/metrics/accuracy.hpp>

#include "losses/targets.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

#include <cmath>

namespace keratin::metrics {
namespace {

/// Which of equal scores count as the k best.
enum class Ties { first, all };

/// 1 where the right class is among the k best scores. Ties::first is argmax's rule; Ties::all is
/// tf.math.in_top_k's, which also lets no row count that holds a score that is not finite.
template <class T>
bool is_hit(const T* scores, int64_t label, int64_t classes, int64_t k, Ties ties) {
    if (label < 0 || label >= classes) return false;
    int64_t above = 0;
    for (int64_t c = 0; c < classes; ++c) {
        if (ties == Ties::all && !std::isfinite(scores[c])) return false;
        above +=
            scores[c] > scores[label] || (ties == Ties::first && c < label && scores[c] == scores[label]);
    }
    return above < k && !std::isnan(scores[label]);
}

template <class T>
void count_hits(const int64_t* labels, const T* scores, float* hits, int64_t rows, int64_t classes, int64_t k,
                Ties ties) {
    for (int64_t r = 0; r < rows; ++r)
        hits[r] = is_hit(scores + r * classes, labels[r], classes, k, ties) ? 1.0f : 0.0f;
}

Tensor as_floating(const Tensor& x) {
    return is_floating(x.dtype()) ? x : convert(x, float32);
}

Tensor hits(const Tensor& labels, const Tensor& y_pred, int64_t k, Ties ties) {
    Tensor result = Tensor::empty(labels.shape(), float32);
    const int64_t classes = y_pred.shape().back();
    const int64_t* label = labels.data<int64_t>().data();
    float* out = result.mutable_data<float>().data();
    if (y_pred.dtype() == float64)
        count_hits(label, y_pred.data<double>().data(), out, labels.size(), classes, k, ties);
    else
        count_hits(label, as_floating(y_pred).data<float>().data(), out, labels.size(), classes, k, ties);
    return result;
}

/// The class numbers of one-hot targets.
Tensor labels_of(const Tensor& y_true, const Tensor& y_pred, const char* owner) {
    if (y_true.shape() != y_pred.shape())
        fail<ShapeError>("{}: y_true has shape {}, y_pred {}; one-hot targets have the predictions' shape",
                         owner, y_true.shape(), y_pred.shape());
    return argmax(y_true, -1);
}

MeanMetricWrapper::Function categorical(int64_t k, Ties ties, const char* owner) {
    if (k < 1) fail<ValueError>("{}: k is {}; it must be at least 1", owner, k);
    return [k, ties, owner](const Tensor& y_true, const Tensor& y_pred) {
        return hits(labels_of(y_true, y_pred, owner), y_pred, k, ties);
    };
}

MeanMetricWrapper::Function sparse(int64_t k, Ties ties, const char* owner) {
    if (k < 1) fail<ValueError>("{}: k is {}; it must be at least 1", owner, k);
    return [k, ties, owner](const Tensor& y_true, const Tensor& y_pred) {
        return hits(losses::class_labels(y_true, y_pred.shape(), owner), y_pred, k, ties);
    };
}

}  // namespace

Accuracy::Accuracy(std::string name)
    : MeanMetricWrapper(
          [](const Tensor& y_true, const Tensor& y_pred) {
              const auto [t, p] = losses::paired(y_true, as_floating(y_pred), "accuracy");
              return cast(equal(t, p), float32);
          },
          std::move(name), true) {}

BinaryAccuracy::BinaryAccuracy(std::string name, double threshold)
    : MeanMetricWrapper(
          [threshold](const Tensor& y_true, const Tensor& y_pred) {
              const auto [t, p] = losses::paired(y_true, as_floating(y_pred), "binary_accuracy");
              return cast(equal(t, cast(p > threshold, t.dtype())), float32);
          },
          std::move(name), true),
      threshold_(threshold) {}

Config BinaryAccuracy::get_config() const {
    return Metric::get_config().set("threshold", threshold_);
}

CategoricalAccuracy::CategoricalAccuracy(std::string name)
    : MeanMetricWrapper(categorical(1, Ties::first, "categorical_accuracy"), std::move(name), true) {}

SparseCategoricalAccuracy::SparseCategoricalAccuracy(std::string name)
    : MeanMetricWrapper(sparse(1, Ties::first, "sparse_categorical_accuracy"), std::move(name), true) {}

TopKCategoricalAccuracy::TopKCategoricalAccuracy(int64_t k, std::string name)
    : MeanMetricWrapper(categorical(k, Ties::all, "top_k_categorical_accuracy"), std::move(name), true),
      k_(k) {}

Config TopKCategoricalAccuracy::get_config() const {
    return Metric::get_config().set("k", k_);
}

SparseTopKCategoricalAccuracy::SparseTopKCategoricalAccuracy(int64_t k, std::string name)
    : MeanMetricWrapper(sparse(k, Ties::all, "sparse_top_k_categorical_accuracy"), std::move(name), true),
      k_(k) {}

Config SparseTopKCategoricalAccuracy::get_config() const {
    return Metric::get_config().set("k", k_);
}

}  // namespace keratin::metrics
