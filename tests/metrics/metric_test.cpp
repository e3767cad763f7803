#include "support/catch.hpp"

#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/losses.hpp>
#include <keratin/metrics.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

/// The metric that a golden case names; null for one that is not offered.
std::shared_ptr<metrics::Metric> make_metric(const std::string& name, const json& args) {
    const int64_t k = args.value("k", 5);
    if (name == "Mean") return std::make_shared<metrics::Mean>();
    if (name == "Accuracy") return std::make_shared<metrics::Accuracy>();
    if (name == "BinaryAccuracy")
        return std::make_shared<metrics::BinaryAccuracy>("binary_accuracy", args.value("threshold", 0.5));
    if (name == "TopKCategoricalAccuracy") return std::make_shared<metrics::TopKCategoricalAccuracy>(k);
    if (name == "SparseTopKCategoricalAccuracy")
        return std::make_shared<metrics::SparseTopKCategoricalAccuracy>(k);
    for (const char* plain :
         {"CategoricalAccuracy", "SparseCategoricalAccuracy", "MeanSquaredError", "MeanAbsoluteError",
          "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"})
        if (name == plain && args.empty()) return metrics::Metric::from_name(name);
    return nullptr;
}

Tensor optional_tensor(const json& entry) {
    return entry.is_null() ? Tensor() : golden::tensor(entry);
}

}  // namespace

TEST_CASE("Metrics follow Keras's from update to update", "[metrics][golden]") {
    int compared = 0;
    for (const json& c : golden::load("metrics.json")["cases"]) {
        const auto metric = make_metric(c["metric"], c["args"]);
        if (!metric) continue;
        INFO(c["name"].get<std::string>());
        for (const json& update : c["updates"]) {
            const Tensor weight = optional_tensor(update["sample_weight"]);
            if (update.contains("values"))
                metric->update_state(golden::tensor(update["values"]), {}, weight);
            else
                metric->update_state(golden::tensor(update["y_true"]), golden::tensor(update["y_pred"]),
                                     weight);
            CHECK(metric->result() ==
                  Approx(golden::values(update["result"]).front()).epsilon(1e-5).margin(1e-7));
        }
        metric->reset_state();
        CHECK(metric->result() == Approx(golden::values(c["result_after_reset"]).front()));
        ++compared;
    }
    CHECK(compared >= 45);
}

TEST_CASE("accuracy means what the shapes say, as in Keras", "[metrics]") {
    const auto resolved = [](const Shape& y_true, const Shape& y_pred) {
        return metrics::resolve_metric("accuracy", y_true, y_pred)->class_name();
    };
    const auto name = [](const Shape& y_true, const Shape& y_pred) {
        return metrics::resolve_metric("acc", y_true, y_pred)->name();
    };
    CHECK(name({8}, {8, 1}) == "binary_accuracy");
    CHECK(name({8, 1}, {8, 1}) == "binary_accuracy");
    CHECK(name({8}, {8, 10}) == "sparse_categorical_accuracy");
    CHECK(name({8, 1}, {8, 10}) == "sparse_categorical_accuracy");
    CHECK(name({8, 10}, {8, 10}) == "categorical_accuracy");
    CHECK(resolved({8}, {8, 10}) == "SparseCategoricalAccuracy");
}

TEST_CASE("A fresh metric counts for itself", "[metrics]") {
    metrics::SparseCategoricalAccuracy metric;
    metric.update_state(Tensor::from({1}), Tensor::from({0.f, 1.f}, {1, 2}));
    const auto fresh = metric.fresh();
    CHECK(fresh->result() == 0);
    CHECK(metric.result() == 1);
    CHECK(fresh->larger_is_better());
}

TEST_CASE("Metrics say what is wrong with their arguments", "[metrics][errors]") {
    CHECK_THROWS_MATCHES(metrics::TopKCategoricalAccuracy(0), ValueError,
                         Message("top_k_categorical_accuracy: k is 0; it must be at least 1"));
    CHECK_THROWS_MATCHES(
        metrics::CategoricalAccuracy().update_state(zeros({2, 3}), zeros({2, 4})), ShapeError,
        Message("categorical_accuracy: y_true has shape (2, 3), y_pred (2, 4); one-hot targets have the "
                "predictions' shape"));
    metrics::Mean mean;
    CHECK_THROWS_MATCHES(
        mean.update_state(ones({4}), {}, ones({3})), ShapeError,
        Message("mean: sample_weight has shape (3,), the values (4,); give one weight per sample"));
    CHECK_THROWS_AS(metrics::Metric::from_name("acuracy"), ValueError);
}
