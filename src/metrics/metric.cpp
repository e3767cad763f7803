#include <keratin/losses/crossentropy.hpp>
#include <keratin/losses/regression.hpp>
#include <keratin/metrics/accuracy.hpp>
#include <keratin/metrics/metric.hpp>

namespace keratin::metrics {
namespace {

template <class L>
std::shared_ptr<Metric> mean_of(std::string_view name) {
    return std::make_shared<MeanMetricWrapper>(
        [loss = std::make_shared<L>()](const Tensor& t, const Tensor& p) { return loss->call(t, p); },
        std::string(name));
}

using Make = std::shared_ptr<Metric> (*)(std::string_view name);

template <class M>
std::shared_ptr<Metric> make(std::string_view name) {
    auto metric = std::make_shared<M>();
    metric->set_name(std::string(name));
    return metric;
}

struct Known {
    std::string_view name;
    std::string_view class_name;
    Make make;
};

constexpr Known known[] = {
    {"binary_accuracy", "BinaryAccuracy", make<BinaryAccuracy>},
    {"categorical_accuracy", "CategoricalAccuracy", make<CategoricalAccuracy>},
    {"sparse_categorical_accuracy", "SparseCategoricalAccuracy", make<SparseCategoricalAccuracy>},
    {"top_k_categorical_accuracy", "TopKCategoricalAccuracy", make<TopKCategoricalAccuracy>},
    {"sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy",
     make<SparseTopKCategoricalAccuracy>},
    {"mean_squared_error", "MeanSquaredError", mean_of<losses::MeanSquaredError>},
    {"mse", "MSE", mean_of<losses::MeanSquaredError>},
    {"mean_absolute_error", "MeanAbsoluteError", mean_of<losses::MeanAbsoluteError>},
    {"mae", "MAE", mean_of<losses::MeanAbsoluteError>},
    {"binary_crossentropy", "BinaryCrossentropy", mean_of<losses::BinaryCrossentropy>},
    {"bce", "BCE", mean_of<losses::BinaryCrossentropy>},
    {"categorical_crossentropy", "CategoricalCrossentropy", mean_of<losses::CategoricalCrossentropy>},
    {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy",
     mean_of<losses::SparseCategoricalCrossentropy>},
};

}  // namespace

std::shared_ptr<Metric> Metric::from_name(std::string_view wanted) {
    std::string names;
    for (const Known& metric : known) {
        if (wanted == metric.name || wanted == metric.class_name)
            return metric.make(wanted == metric.class_name ? metric.name : wanted);
        names += (names.empty() ? "" : ", ") + std::string(metric.name);
    }
    fail<ValueError>("metric: \"{}\" is not known; there are: accuracy, {}", wanted, names);
}

std::shared_ptr<Metric> resolve_metric(const std::string& name, const Shape& y_true, const Shape& y_pred) {
    if (name != "accuracy" && name != "acc") return Metric::from_name(name);
    const bool binary = y_pred.rank() > 0 && y_pred.back() == 1;
    const bool sparse = y_true.rank() < y_pred.rank() ||
                        (y_true.rank() > 0 && y_true.back() == 1 && y_pred.rank() > 0 && y_pred.back() > 1);
    return Metric::from_name(binary   ? "binary_accuracy"
                             : sparse ? "sparse_categorical_accuracy"
                                      : "categorical_accuracy");
}

}  // namespace keratin::metrics
