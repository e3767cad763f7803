#include "support/catch.hpp"

#include "models/watched.hpp"

#include <keratin/layers.hpp>
#include <keratin/losses.hpp>
#include <keratin/metrics.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;

namespace {

std::vector<std::string> names(const Logs& logs) {
    std::vector<std::string> list;
    for (const auto& [name, value] : logs) list.push_back(name);
    return list;
}

using Names = std::vector<std::string>;

Logs logs_of(const CompileOptions& options, const Tensor& y, int64_t units = 3) {
    Sequential model(layers::Dense(
        units, {.activation = units == 1 ? ActivationFunction("sigmoid") : ActivationFunction("softmax")}));
    model.compile(options);
    const Tensor x = numbers::distinct({y.shape()[0], 4}, 1, 1.0, float32);
    const Logs logs = model.test_on_batch(x, y);
    Names from_metrics = {"loss"};
    for (const auto& metric : model.metrics()) from_metrics.push_back(metric->name());
    std::sort(from_metrics.begin(), from_metrics.end());
    CHECK(names(logs) == from_metrics);
    return logs;
}

/// The largest error of all: a metric of one's own.
class LargestError : public metrics::Metric {
public:
    explicit LargestError(std::string name = "largest_error") : Metric(std::move(name)) {}
    void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& = {}) override {
        largest_ = std::max(largest_, reduce_max(abs(y_true - y_pred)).item<double>());
    }
    double result() const override { return largest_; }
    void reset_state() override { largest_ = 0; }
    std::shared_ptr<Metric> fresh() const override { return std::make_shared<LargestError>(name()); }

private:
    double largest_ = 0;
};

}  // namespace

TEST_CASE("\"accuracy\" is resolved by the shapes of targets and predictions", "[models][compile][metrics]") {
    const Tensor sparse = Tensor::from({0, 1, 2, 1});
    Tensor one_hot = zeros({4, 3});
    for (size_t i = 0; i < 4; ++i)
        one_hot.mutable_data<float>()[3 * i + static_cast<size_t>(sparse.data<int32_t>()[i])] = 1;
    const Tensor bits = Tensor::from({0.f, 1.f, 1.f, 0.f}, {4, 1});
    const auto check = [&](const Tensor& y, int64_t units, const char* loss, const metrics::Metric& same) {
        const Logs logs =
            logs_of({.optimizer = "sgd", .loss = loss, .metrics = {"accuracy", same.fresh()}}, y, units);
        CHECK(logs["accuracy"] == logs[same.name()]);
        CHECK(names(logs_of({.optimizer = "sgd", .loss = loss, .metrics = {"acc"}}, y, units)) ==
              Names{"acc", "loss"});
    };
    check(sparse, 3, "sparse_categorical_crossentropy", metrics::SparseCategoricalAccuracy());
    check(sparse.view({4, 1}), 3, "sparse_categorical_crossentropy", metrics::SparseCategoricalAccuracy());
    check(one_hot, 3, "categorical_crossentropy", metrics::CategoricalAccuracy());
    check(bits, 1, "binary_crossentropy", metrics::BinaryAccuracy());
}

TEST_CASE("Logs name metrics as Keras does", "[models][compile][metrics]") {
    const Tensor y = Tensor::from({0, 1, 2, 1});
    using Metrics = std::vector<MetricHandle>;
    const auto [plain, weighted, expected] = GENERATE(table<Metrics, Metrics, Names>({
        {{}, {}, {"loss"}},
        {{"accuracy"}, {}, {"accuracy", "loss"}},
        {{"acc", "accuracy"}, {}, {"acc", "accuracy", "loss"}},
        {{"accuracy", "accuracy", "accuracy"}, {}, {"accuracy", "accuracy_1", "accuracy_2", "loss"}},
        {{"accuracy"}, {"accuracy"}, {"accuracy", "loss", "weighted_accuracy"}},
        {{}, {"accuracy"}, {"accuracy", "loss"}},
        {{"accuracy"},
         {"accuracy", "accuracy"},
         {"accuracy", "loss", "weighted_accuracy", "weighted_accuracy_1"}},
        {{"sparse_categorical_crossentropy"}, {}, {"loss", "sparse_categorical_crossentropy"}},
        {{metrics::SparseCategoricalAccuracy("mine")}, {}, {"loss", "mine"}},
        {{metrics::SparseTopKCategoricalAccuracy(2)}, {}, {"loss", "sparse_top_k_categorical_accuracy"}},
    }));
    CHECK(names(logs_of({.optimizer = "sgd",
                         .loss = "sparse_categorical_crossentropy",
                         .metrics = plain,
                         .weighted_metrics = weighted},
                        y)) == expected);
}

TEST_CASE("A metric given as an object keeps its own state out of the runs", "[models][compile][metrics]") {
    metrics::MeanMetricWrapper error(
        [](const Tensor& t, const Tensor& p) { return reduce_mean(abs(t - p), -1); }, "error");
    const auto shared = std::make_shared<metrics::MeanMetricWrapper>(error);
    Sequential model(layers::Dense(1, {.kernel_initializer = "zeros"}));
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0}), .loss = "mse", .metrics = {shared}});
    const Dataset data = watched::numbered(4);
    CHECK(model.fit(data, {.epochs = 2, .verbose = 0})["error"] == std::vector<double>{1.5, 1.5});
    CHECK(model.evaluate(data, {.verbose = 0})["error"] == 1.5);
    CHECK(shared->result() == 0);
    CHECK(model.metrics()[0]->result() == 1.5);
    CHECK(model.metrics()[0] != shared);
}

TEST_CASE("A metric and a loss of one's own are used as they are", "[models][compile]") {
    Sequential model(layers::Dense(1, {.use_bias = false, .kernel_initializer = "zeros"}));
    const auto loss = [](const Tensor& t, const Tensor& p) { return reduce_sum(abs(t - p), -1); };
    model.compile(
        {.optimizer = optimizers::SGD({.learning_rate = 0.5}), .loss = loss, .metrics = {LargestError()}});
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f}, {4, 1}),
                 y = Tensor::from({1.f, 2.f, -7.f, 4.f}, {4, 1});
    const Logs logs = model.train_on_batch(x, y);
    CHECK(logs["loss"] == Approx((1 + 2 + 7 + 4) / 4.0));
    CHECK(logs["largest_error"] == 7);
    // d/dw mean |t - x w| at w = 0 is -mean(x sign(t)).
    CHECK(model.get_weights()[0].item<double>() == Approx(0.5 * (1 + 2 - 3 + 4) / 4.0));
}

TEST_CASE("A loss that takes probabilities works on the logits behind them", "[models][compile]") {
    // Of saturated logits the probability is 0 and its logarithm clipped at -16.1; the logits know better.
    const auto loss = [](const auto&... layer) {
        Sequential model(layers::Dense(2, {.kernel_initializer = "ones"}), layer...);
        model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
        model.build({1, 1});
        model.variables()[0].assign(Tensor::from({100.f, 0.f}, {1, 2}));
        return model.test_on_batch(ones({1, 1}), Tensor::from({1}))["loss"];
    };
    CHECK(loss(layers::Activation("softmax")) == Approx(100));
    CHECK(loss(layers::Softmax()) == Approx(100));
    CHECK(loss(Sequential(layers::Identity(), layers::Softmax())) == Approx(100));
    CHECK(loss(layers::Activation("softmax"), layers::Identity()) == Approx(16.118).margin(0.01));
    CHECK(loss(layers::Dense(2, {.activation = "softmax", .kernel_initializer = "ones"})) ==
          Approx(std::log(2)));
    Sequential conv(layers::Conv2D(2, {.kernel_size = 1, .activation = "softmax", .use_bias = false}),
                    layers::Reshape({2}));
    conv.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
    CHECK(conv.test_on_batch(zeros({1, 1, 1, 1}), Tensor::from({1}))["loss"] == Approx(std::log(2)));
}

TEST_CASE("compile again starts training anew and leaves the weights", "[models][compile]") {
    watched::Batches seen;
    Sequential model = watched::model(seen);
    const Dataset data = watched::numbered(8);
    model.compile({.optimizer = "adam", .loss = "mse", .metrics = {"mae"}});
    model.fit(data, {.verbose = 0});
    CHECK(model.metrics().size() == 1);
    CHECK(model.optimizer().iterations() == 1);
    const Tensor weights = model.get_weights()[0];
    model.compile({.optimizer = "sgd", .loss = "mae"});
    CHECK(model.metrics().empty());
    CHECK(model.optimizer().iterations() == 0);
    CHECK(model.loss().name() == "mean_absolute_error");
    CHECK(numbers::difference(model.get_weights()[0], weights) == 0);
}

TEST_CASE("Without a loss a model can be measured, not trained", "[models][compile]") {
    Sequential model(layers::Dense(1, {.kernel_initializer = "zeros"}));
    model.compile({.optimizer = "sgd", .metrics = {"mae"}});
    const Dataset data = watched::numbered(4);
    const Logs logs = model.evaluate(data, {.verbose = 0});
    CHECK(logs["loss"] == 0);
    CHECK(logs["mae"] == 1.5);
    CHECK_THROWS_AS(model.fit(data, {.verbose = 0}), ValueError);
}

TEST_CASE("An optimizer serves one model", "[models][compile][errors]") {
    clear_session();
    watched::Batches seen;
    Sequential a = watched::model(seen), b = watched::model(seen);
    const optimizers::Adam adam;
    a.compile({.optimizer = adam, .loss = "mse"});
    b.compile({.optimizer = adam, .loss = "mse"});
    a.fit(watched::numbered(2), {.verbose = 0});
    CHECK_THROWS_MATCHES(
        b.fit(watched::numbered(2), {.verbose = 0}), ValueError,
        Message(
            "adam: apply got other variables than it was built for (2 now, 2 then); make a new optimizer, or "
            "compile() again after changing trainable"));
}

TEST_CASE("Names that compile does not know are refused", "[models][compile][errors]") {
    watched::Batches seen;
    Sequential model = watched::model(seen);
    CHECK_THROWS_AS(model.compile({.optimizer = "adagrad_of_doom"}), ValueError);
    CHECK_THROWS_AS(model.compile({.optimizer = "sgd", .loss = "hinge_of_doom"}), ValueError);
    CHECK_THROWS_AS(model.compile({.optimizer = "sgd", .loss = "mse", .metrics = {"f1_of_doom"}}),
                    ValueError);
    CHECK(model.fit(watched::numbered(2), {.verbose = 0}).epoch.size() == 1);  // as compiled before
}
