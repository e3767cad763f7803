#include "support/catch.hpp"

#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/losses.hpp>
#include <keratin/metrics.hpp>
#include <keratin/ops/elementwise.hpp>

#include <cmath>

using namespace keratin;
using nlohmann::json;

namespace {

/// The metric that a golden case names, made of its arguments as of a config.
std::shared_ptr<metrics::Metric> make_metric(const std::string& name, const json& args) {
    const json node = {{"class_name", name}, {"config", args}};
    return metrics::Metric::from_config(Config::from_json(node.dump()));
}

/// Keras's config, and ours where Keras leaves an argument out (CosineSimilarity's axis).
void check_config(const metrics::Metric& metric, const json& expected, const json& args) {
    json own = json::parse(metric.get_config().to_json());
    if (!expected.contains("axis") && own.contains("axis")) {
        CHECK(own["axis"] == args["axis"]);
        own.erase("axis");
    }
    json wanted = expected;
    if (!args.value("label_weights", json()).is_null()) {  // float32 in Keras
        CHECK(own["label_weights"] == args["label_weights"]);
        wanted["label_weights"] = own["label_weights"];
    }
    CHECK(Config::from_json(own.dump()) == Config::from_json(wanted.dump()));
    CHECK(metrics::Metric::from_config(metric.serialize())->serialize() == metric.serialize());
}

Tensor optional_tensor(const json& entry) {
    return entry.is_null() ? Tensor() : golden::tensor(entry);
}

}  // namespace

TEST_CASE("Metrics follow Keras's from update to update", "[metrics][golden]") {
    int compared = 0;
    for (const char* file : {"metrics.json", "more_metrics.json"})
        for (const json& c : golden::load(file)["cases"]) {
            INFO(c["name"].get<std::string>());
            const auto metric = make_metric(c["metric"], c["args"]);
            check_config(*metric, c["config"], c["args"]);
            for (const json& update : c["updates"]) {
                const Tensor weight = optional_tensor(update["sample_weight"]);
                if (update.contains("values"))
                    metric->update_state(golden::tensor(update["values"]), {}, weight);
                else
                    metric->update_state(golden::tensor(update["y_true"]),
                                         golden::tensor(update["y_pred"])
                                             .with_mask(optional_tensor(update.value("mask", json()))),
                                         weight);
                CHECK(golden::mismatch(metric->values(), update["result"], 2e-5, 1e-6) == "");
                CHECK(static_cast<size_t>(metric->values().rank()) == update["result"]["shape"].size());
                double sum = 0;
                for (const double value : golden::values(update["result"])) sum += value;
                const double mean = sum / static_cast<double>(golden::values(update["result"]).size());
                if (!std::isnan(mean)) CHECK(metric->result() == Approx(mean).epsilon(2e-5).margin(1e-6));
            }
            const auto fresh = metric->fresh();
            metric->reset_state();
            CHECK(golden::mismatch(metric->values(), c["result_after_reset"], 1e-5, 1e-6) == "");
            CHECK(fresh->get_config() == metric->get_config());
            CHECK(fresh->class_name() == metric->class_name());
            ++compared;
        }
    CHECK(compared >= 350);
}

TEST_CASE("The words for a metric are Keras's", "[metrics][golden]") {
    for (const json& c : golden::load("more_metrics.json")["identifiers"]) {
        const std::string word = c["name"];
        INFO(word);
        if (c["class"].is_null())
            CHECK_THROWS_AS(metrics::Metric::from_name(word), ValueError);
        else
            CHECK(metrics::Metric::from_name(word)->class_name() == c["class"].get<std::string>());
    }
}

TEST_CASE("A metric of several values gives their mean to the logs", "[metrics]") {
    metrics::Precision precision({.thresholds = {0.25, 0.75}});
    precision.update_state(Tensor::from({1.f, 0.f, 1.f}), Tensor::from({0.9f, 0.5f, 0.6f}));
    CHECK(precision.values().shape() == Shape{2});
    CHECK(precision.result() == Approx((2.0 / 3 + 1) / 2));
    metrics::F1Score f1;
    CHECK(f1.result() == 0);
    CHECK(f1.values().shape() == Shape{0});
    CHECK(metrics::Precision().values().shape() == Shape{});
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
    CHECK(metrics::resolve_metric("crossentropy", {8}, {8, 10})->class_name() ==
          "SparseCategoricalCrossentropy");
    CHECK(metrics::resolve_metric("ce", {8, 1}, {8, 1})->class_name() == "BinaryCrossentropy");
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
    CHECK_THROWS_AS(metrics::Metric::from_name("mean_io_u"), ValueError);
    CHECK_THROWS_MATCHES(metrics::Recall({.thresholds = 1.5}), ValueError,
                         Message("recall: a threshold is 1.5; it must be in [0, 1]"));
    CHECK_THROWS_MATCHES(metrics::Precision({.top_k = 4}).update_state(zeros({2, 3}), zeros({2, 3})),
                         ShapeError,
                         Message("precision: top_k is 4, y_pred has shape (2, 3); it has fewer classes"));
    CHECK_THROWS_MATCHES(
        metrics::Precision({.class_id = 3}).update_state(zeros({2, 3}), zeros({2, 3})), ShapeError,
        Message("precision: class_id is 3, y_pred has shape (2, 3); it must be (samples, classes)"));
    CHECK_THROWS_MATCHES(metrics::AUC({.curve = "roc"}), ValueError,
                         Message("auc: curve is \"roc\"; use one of \"ROC\", \"PR\", \"PRGAIN\""));
    CHECK_THROWS_MATCHES(
        metrics::AUC({.multi_label = true}).update_state(zeros({2}), zeros({2})), ShapeError,
        Message("auc: y_pred has shape (2,); with multi_label it must be (samples, labels)"));
    CHECK_THROWS_MATCHES(
        metrics::F1Score({.average = "all"}), ValueError,
        Message("f1_score: average is \"all\"; use \"micro\", \"macro\", \"weighted\" or none"));
    CHECK_THROWS_MATCHES(metrics::F1Score().update_state(zeros({2}), zeros({2})), ShapeError,
                         Message("f1_score: y_pred has shape (2,); expected (samples, classes)"));
    CHECK_THROWS_MATCHES(
        metrics::IoU(2, {2}), ValueError,
        Message("io_u: target class 2 is out of range; there are 2 classes, counted from 0"));
    CHECK_THROWS_MATCHES(
        metrics::MeanIoU(2).update_state(zeros({2}), zeros({3})), ShapeError,
        Message("mean_io_u: y_true has shape (2,), y_pred (3,); they must have as many elements"));
    CHECK_THROWS_MATCHES(metrics::R2Score().update_state(zeros({2}), zeros({2})), ShapeError,
                         Message("r2_score: y_pred has shape (2,); expected (samples, outputs)"));
    const metrics::MeanMetricWrapper function([](const Tensor& t, const Tensor& p) { return t - p; }, "mine");
    CHECK_THROWS_MATCHES(
        function.serialize(), ValueError,
        Message("mine: a metric made of a function has no config; derive a class from Metric"));
}
