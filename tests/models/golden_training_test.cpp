#include "support/catch.hpp"

#include "support/golden_match.hpp"
#include "support/golden_model.hpp"

#include <keratin/losses.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

const json& golden_training() {
    return golden::load("training.json");
}

optimizers::LearningRate learning_rate(const json& entry) {
    if (entry.is_number()) return entry.get<double>();
    if (entry["class"] != "ExponentialDecay") throw std::runtime_error("no such schedule");
    const json& args = entry["args"];
    return optimizers::schedules::ExponentialDecay(
        {args["initial_learning_rate"], args["decay_steps"], args["decay_rate"]});
}

template <class Optimizer, class Options>
OptimizerHandle make(const json& args) {
    Options options;
    for (const auto& [key, value] : args.items()) {
        if (key == "learning_rate") {
            options.learning_rate = learning_rate(value);
        } else if (key == "weight_decay") {
            options.weight_decay = value.template get<double>();
        } else if (key == "clipnorm") {
            options.clipnorm = value.template get<double>();
        } else if (key == "global_clipnorm") {
            options.global_clipnorm = value.template get<double>();
        } else if constexpr (requires { options.nesterov; }) {
            if (key == "momentum")
                options.momentum = value;
            else if (key == "nesterov")
                options.nesterov = value;
            else
                throw std::runtime_error("no such argument: " + key);
        } else {
            throw std::runtime_error("no such argument: " + key);
        }
    }
    return Optimizer(options);
}

OptimizerHandle optimizer(const json& entry) {
    const std::string name = entry["class"];
    if (name == "SGD") return make<optimizers::SGD, optimizers::SGDOptions>(entry["args"]);
    if (name == "Adam") return make<optimizers::Adam, optimizers::AdamOptions>(entry["args"]);
    if (name == "AdamW") return make<optimizers::AdamW, optimizers::AdamWOptions>(entry["args"]);
    if (name == "RMSprop") return make<optimizers::RMSprop, optimizers::RMSpropOptions>(entry["args"]);
    throw std::runtime_error("no such optimizer: " + name);
}

LossHandle loss(const json& entry) {
    const std::string name = entry["class"];
    const json& args = entry["args"];
    if (name == "SparseCategoricalCrossentropy")
        return losses::SparseCategoricalCrossentropy(
            {.from_logits = args.value("from_logits", false),
             .reduction = losses::reduction(args.value("reduction", "sum_over_batch_size"))});
    if (name == "CategoricalCrossentropy")
        return losses::CategoricalCrossentropy({.label_smoothing = args.value("label_smoothing", 0.0)});
    return name;
}

const json& entry_called(const json& list, const json& name) {
    for (const json& entry : list)
        if (entry["name"] == name) return entry;
    throw std::runtime_error("no entry called " + name.get<std::string>());
}

Sequential model_of(const json& c) {
    const json& entry = entry_called(golden_training()["models"], c["model"]);
    Sequential model = golden::model(entry["config"], dtype(c["dtype"].get<std::string>()));
    golden::set_weights(model, entry["initial_weights"]);
    const Variable kernel = model.layers().back().variables().front();
    const Tensor factor = Tensor::scalar(c["scale_last"].get<double>(), kernel.dtype());
    kernel.assign(kernel.value() * factor);
    std::vector<MetricHandle> metrics;
    for (const json& metric : c["metrics"]) metrics.emplace_back(metric.get<std::string>());
    model.compile(
        {.optimizer = optimizer(c["optimizer"]), .loss = loss(c["loss"]), .metrics = std::move(metrics)});
    return model;
}

std::map<int64_t, double> class_weight(const json& entry) {
    std::map<int64_t, double> weights;
    for (const auto& [key, value] : entry.items()) weights[std::stoll(key)] = value;
    return weights;
}

struct Tolerance {
    double loss;     ///< relative
    double weights;  ///< relative and absolute
};

/// In float64 what differs is a rate kept in float32, and Adam's betas, which Keras rounds to float32 where
/// it corrects the bias. In float32 it is what rounding does in ten steps, more where logits saturate.
Tolerance tolerance(const json& c) {
    if (c["dtype"] == "float64")
        return c["optimizer"]["class"] == "Adam" ? Tolerance{1e-6, 1e-6} : Tolerance{5e-8, 5e-8};
    return c["scale_last"] == 1.0 ? Tolerance{4e-6, 4e-6} : Tolerance{1e-4, 1e-4};
}

void check_logs(const Logs& logs, const json& expected, double rtol) {
    for (const auto& [key, value] : expected.items()) {
        INFO(key);
        CHECK(logs[key] == Approx(golden::value(value)).epsilon(rtol).margin(1e-6));
    }
}

void train(Sequential& model, const json& c) {
    const json& batches = golden_training()["batches"];
    const Tolerance allowed = tolerance(c);
    for (size_t step = 0; step < batches.size(); ++step) {
        INFO("step " << step);
        const json& batch = batches[step];
        const Tensor x = convert(golden::tensor(batch["x"]), model.dtype());
        const Tensor y = golden::tensor(batch[c["labels"].get<std::string>()]);
        const Tensor weight =
            c["sample_weight"].get<bool>() ? golden::tensor(batch["sample_weight"]) : Tensor();
        const Logs logs = model.train_on_batch(x, y, weight, class_weight(c["class_weight"]));
        CHECK(logs["loss"] ==
              Approx(golden::value(c["losses"][step])).epsilon(allowed.loss).margin(allowed.loss));
        check_logs(logs, c["logs"][step], 1e-5);
        CHECK(logs.size() == c["logs"][step].size() + 1);
    }
}

}  // namespace

TEST_CASE("Ten batches of training are Keras's: losses, metrics, weights and predictions",
          "[models][golden]") {
    int compared = 0;
    for (const json& c : golden_training()["cases"]) {
        INFO(c["name"].get<std::string>());
        Sequential model = model_of(c);
        const Tolerance allowed = tolerance(c);
        train(model, c);
        const std::vector<Variable> variables = model.variables();
        REQUIRE(variables.size() == c["final_weights"].size());
        for (size_t i = 0; i < variables.size(); ++i) {
            const json& expected = c["final_weights"][i];
            INFO(variables[i].path());
            CHECK(variables[i].path() == expected["path"].get<std::string>());
            CHECK(variables[i].trainable() == expected["trainable"].get<bool>());
            CHECK(golden::mismatch(variables[i].value(), expected["value"], allowed.weights,
                                   allowed.weights) == "");
        }
        const json& first = golden_training()["batches"][0];
        const Tensor x = convert(golden::tensor(first["x"]), model.dtype());
        CHECK(golden::mismatch(model.predict_on_batch(x), c["predictions"], 5 * allowed.weights,
                               5 * allowed.weights) == "");
        check_logs(model.test_on_batch(x, golden::tensor(first[c["labels"].get<std::string>()])), c["tested"],
                   std::max(1e-6, 10 * allowed.loss));
        ++compared;
    }
    CHECK(compared == 26);
}
