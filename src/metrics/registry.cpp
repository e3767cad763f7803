#include "core/registry.hpp"
#include "core/config_reader.hpp"
#include "core/registered.hpp"
#include "losses/by_shape.hpp"

#include <keratin/metrics/accuracy.hpp>
#include <keratin/metrics/auc.hpp>
#include <keratin/metrics/confusion.hpp>
#include <keratin/metrics/errors.hpp>
#include <keratin/metrics/f_score.hpp>
#include <keratin/metrics/iou.hpp>
#include <keratin/metrics/mean.hpp>
#include <keratin/metrics/metric.hpp>
#include <keratin/metrics/precision.hpp>
#include <keratin/metrics/probabilistic.hpp>
#include <keratin/metrics/r2_score.hpp>

namespace keratin::metrics {
namespace {

/// A metric's config, which may say a dtype.
class Fields : public ConfigReader {
public:
    Fields(const Config& config, const std::string& owner) : ConfigReader(config, owner) { find("dtype"); }

    int64_t required(const char* key) {
        const Config& value = require(key);
        return at(key, [&] { return value.as_integer(); });
    }
};

/// A word, or null for none: what these two mean when they are absent differs.
void read_word(Fields& fields, const Config& config, const char* key, std::optional<std::string>& value) {
    std::string word = value.value_or("");
    fields.read(key, word);
    if (!word.empty()) value = word;
    const Config* given = config.is_object() ? config.find(key) : nullptr;
    if (given && given->is_null()) value.reset();
}

template <class M>
std::shared_ptr<Metric> make_named(const Config& config) {
    std::string name = M().name();
    Fields fields(config, M().class_name());
    fields.read("name", name);
    fields.finish();
    return std::make_shared<M>(name);
}

std::shared_ptr<Metric> make_binary_accuracy(const Config& config) {
    std::string name = "binary_accuracy";
    double threshold = 0.5;
    Fields fields(config, "BinaryAccuracy");
    fields.read("name", name);
    fields.read("threshold", threshold);
    fields.finish();
    return std::make_shared<BinaryAccuracy>(name, threshold);
}

template <class M>
std::shared_ptr<Metric> make_top_k(const Config& config) {
    std::string name = M().name();
    int64_t k = 5;
    Fields fields(config, M().class_name());
    fields.read("name", name);
    fields.read("k", k);
    fields.finish();
    return std::make_shared<M>(k, name);
}

template <class M, class Options>
std::shared_ptr<Metric> make(const Config& config) {
    Options o;
    Fields fields(config, M().class_name());
    fields.read("name", o.name);
    if constexpr (requires { o.from_logits; }) fields.read("from_logits", o.from_logits);
    if constexpr (requires { o.label_smoothing; }) fields.read("label_smoothing", o.label_smoothing);
    if constexpr (requires { o.ignore_class; }) fields.read("ignore_class", o.ignore_class);
    if constexpr (requires { o.axis; }) fields.read("axis", o.axis);
    if constexpr (requires { o.thresholds; }) fields.read("thresholds", o.thresholds);
    if constexpr (requires { o.threshold; }) fields.read("threshold", o.threshold);
    if constexpr (requires { o.top_k; }) fields.read("top_k", o.top_k);
    if constexpr (requires { o.class_id; }) fields.read("class_id", o.class_id);
    if constexpr (requires { o.beta; }) fields.read("beta", o.beta);
    if constexpr (requires { o.average; }) read_word(fields, config, "average", o.average);
    if constexpr (requires { o.class_aggregation; })
        read_word(fields, config, "class_aggregation", o.class_aggregation);
    if constexpr (requires { o.num_regressors; }) fields.read("num_regressors", o.num_regressors);
    if constexpr (requires { o.target_class_ids; }) fields.read("target_class_ids", o.target_class_ids);
    if constexpr (requires { o.curve; }) {
        fields.read("num_thresholds", o.num_thresholds);
        fields.read("curve", o.curve);
        fields.read("summation_method", o.summation_method);
        fields.read("multi_label", o.multi_label);
        fields.read("num_labels", o.num_labels);
        fields.read("label_weights", o.label_weights);
    }
    fields.finish();
    return std::make_shared<M>(std::move(o));
}

template <class Options>
Options read_iou(Fields& fields, Options o) {
    fields.read("name", o.name);
    fields.read("ignore_class", o.ignore_class);
    fields.read("sparse_y_true", o.sparse_y_true);
    fields.read("sparse_y_pred", o.sparse_y_pred);
    fields.read("axis", o.axis);
    fields.finish();
    return o;
}

std::shared_ptr<Metric> make_iou(const Config& config) {
    Fields fields(config, "IoU");
    const int64_t classes = fields.required("num_classes");
    std::vector<int64_t> targets;
    fields.read("target_class_ids", targets);
    return std::make_shared<IoU>(classes, targets, read_iou(fields, IoUOptions()));
}

std::shared_ptr<Metric> make_mean_iou(const Config& config) {
    Fields fields(config, "MeanIoU");
    const int64_t classes = fields.required("num_classes");
    return std::make_shared<MeanIoU>(classes, read_iou(fields, MeanIoUOptions()));
}

Registry<Metric>& registry() {
    static Registry<Metric> all(
        "metric", "keras.metrics", "Metric::register_class()",
        {
            {"Mean", {"mean"}, make_named<Mean>},
            {"Sum", {"sum"}, make_named<Sum>},
            {"Accuracy", {"accuracy"}, make_named<Accuracy>},
            {"BinaryAccuracy", {"binary_accuracy"}, make_binary_accuracy},
            {"CategoricalAccuracy", {"categorical_accuracy"}, make_named<CategoricalAccuracy>},
            {"SparseCategoricalAccuracy",
             {"sparse_categorical_accuracy"},
             make_named<SparseCategoricalAccuracy>},
            {"TopKCategoricalAccuracy", {"top_k_categorical_accuracy"}, make_top_k<TopKCategoricalAccuracy>},
            {"SparseTopKCategoricalAccuracy",
             {"sparse_top_k_categorical_accuracy"},
             make_top_k<SparseTopKCategoricalAccuracy>},
            {"MeanSquaredError", {"mean_squared_error", "mse", "MSE"}, make_named<MeanSquaredError>},
            {"MeanAbsoluteError", {"mean_absolute_error", "mae", "MAE"}, make_named<MeanAbsoluteError>},
            {"MeanAbsolutePercentageError",
             {"mean_absolute_percentage_error", "mape", "MAPE"},
             make_named<MeanAbsolutePercentageError>},
            {"MeanSquaredLogarithmicError",
             {"mean_squared_logarithmic_error", "msle", "MSLE"},
             make_named<MeanSquaredLogarithmicError>},
            {"RootMeanSquaredError", {"root_mean_squared_error"}, make_named<RootMeanSquaredError>},
            {"R2Score", {"r2_score"}, make<R2Score, R2ScoreOptions>},
            {"LogCoshError", {"log_cosh_error"}, make_named<LogCoshError>},
            {"CosineSimilarity", {"cosine_similarity"}, make<CosineSimilarity, CosineSimilarityOptions>},
            {"BinaryCrossentropy",
             {"binary_crossentropy", "bce", "BCE"},
             make<BinaryCrossentropy, BinaryCrossentropyOptions>},
            {"CategoricalCrossentropy",
             {"categorical_crossentropy"},
             make<CategoricalCrossentropy, CategoricalCrossentropyOptions>},
            {"SparseCategoricalCrossentropy",
             {"sparse_categorical_crossentropy"},
             make<SparseCategoricalCrossentropy, SparseCategoricalCrossentropyOptions>},
            {"KLDivergence", {"kl_divergence"}, make_named<KLDivergence>},
            {"Poisson", {"poisson"}, make_named<Poisson>},
            {"TruePositives", {"true_positives"}, make<TruePositives, ConfusionCountOptions>},
            {"TrueNegatives", {"true_negatives"}, make<TrueNegatives, ConfusionCountOptions>},
            {"FalsePositives", {"false_positives"}, make<FalsePositives, ConfusionCountOptions>},
            {"FalseNegatives", {"false_negatives"}, make<FalseNegatives, ConfusionCountOptions>},
            {"Precision", {"precision"}, make<Precision, PrecisionOptions>},
            {"Recall", {"recall"}, make<Recall, RecallOptions>},
            {"AUC", {"auc"}, make<AUC, AUCOptions>},
            {"F1Score", {"f1_score"}, make<F1Score, F1ScoreOptions>},
            {"FBetaScore", {"f_beta_score"}, make<FBetaScore, FBetaScoreOptions>},
            {"IoU", {"io_u"}, make_iou},
            {"MeanIoU", {"mean_io_u"}, make_mean_iou},
            {"BinaryIoU", {"binary_io_u"}, make<BinaryIoU, BinaryIoUOptions>},
        });
    return all;
}

}  // namespace

std::shared_ptr<Metric> Metric::from_name(std::string_view wanted) {
    std::shared_ptr<Metric> metric = registry().make(wanted, Config());
    if (wanted != metric->class_name()) metric->set_name(std::string(wanted));
    return metric;
}

Config Metric::serialize() const {
    if (class_name().empty())
        fail<ValueError>("{}: a metric made of a function has no config; derive a class from Metric", name());
    return registry().serialize(class_name(), get_config());
}

std::shared_ptr<Metric> Metric::from_config(const Config& node) {
    return node.is_string() ? from_name(node.as_string()) : registry().from_config(node);
}

void Metric::register_class(std::string class_name, Factory factory) {
    registry().add(std::move(class_name), std::move(factory));
}

std::shared_ptr<Metric> resolve_metric(const std::string& name, const Shape& y_true, const Shape& y_pred) {
    const bool accuracy = name == "accuracy" || name == "acc";
    if (!accuracy && name != "crossentropy" && name != "ce") return Metric::from_name(name);
    const char* kind = "categorical";
    switch (losses::kind_of(y_true, y_pred)) {
        case losses::Kind::binary:
            kind = "binary";
            break;
        case losses::Kind::sparse:
            kind = "sparse_categorical";
            break;
        case losses::Kind::categorical:
            break;
    }
    return Metric::from_name(std::string(kind) + (accuracy ? "_accuracy" : "_crossentropy"));
}

}  // namespace keratin::metrics

std::vector<std::string> keratin::detail::registered_metrics() {
    return metrics::registry().builtin_names();
}
