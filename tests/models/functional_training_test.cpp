#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/losses.hpp>
#include <keratin/models/model.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/optimizers.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

Tensors tensors(const json& list) {
    Tensors result;
    if (!list.is_null())
        for (const json& value : list) result.push_back(golden::tensor(value));
    return result;
}

/// What the case of that name compiles with.
CompileOptions compile_options(const std::string& name) {
    const auto sgd = optimizers::SGD({.learning_rate = 0.1});
    const char* crossentropy = "sparse_categorical_crossentropy";
    if (name == "by order") return {.optimizer = sgd, .loss = {crossentropy, "mse"}};
    if (name == "by order, weighted losses")
        return {.optimizer = sgd, .loss = {crossentropy, "mae"}, .loss_weights = {0.5, 2.0}};
    if (name == "by name, with metrics")
        return {.optimizer = sgd,
                .loss = {{"size", "mse"}, {"kind", crossentropy}},
                .metrics = {{"kind", {"accuracy"}}, {"size", {"mae"}}}};
    return {.optimizer = sgd, .loss = {crossentropy, "mse"}, .weighted_metrics = {{"kind", {"accuracy"}}}};
}

void check_logs(const Logs& logs, const json& expected) {
    CHECK(logs.size() == expected.size());
    for (const auto& [name, value] : expected.items()) {
        INFO(name);
        REQUIRE(logs.contains(name));
        CHECK(logs[name] == Approx(value.get<double>()).epsilon(1e-5));
    }
}

/// A layer that is shared with a model inside: two, when it comes from a config.
std::shared_ptr<Model> inside_a_model() {
    const KerasTensor i = Input({3}, {.name = "i"}), j = Input({3}, {.name = "j"}), x = Input({3});
    const layers::BatchNormalization bn({.momentum = 0.5, .name = "bn"});
    const Model inner(x, bn(layers::Dense(3, {.name = "inside"})(x)), {.name = "inner"});
    const KerasTensor both = layers::Concatenate()({bn(j), inner(layers::Dense(3, {.name = "pre"})(i))});
    return std::make_shared<Model>(std::vector{i, j}, layers::Dense(1, {.name = "end"})(both));
}

/// A case's model with its weights.
std::shared_ptr<Model> restored(const json& c) {
    const auto model =
        c["name"] == "inside_a_model"
            ? inside_a_model()
            : std::dynamic_pointer_cast<Model>(layer_from_config(Config::from_json(c["node"].dump())));
    const std::vector<Variable> variables = model->variables();
    REQUIRE(variables.size() == c["weights"].size());
    for (size_t i = 0; i < variables.size(); ++i)
        variables[i].assign(golden::tensor(c["weights"][i]["value"]));
    return model;
}

/// Steps on a case's data, then its weights.
void check_training(Model& model, const json& c) {
    const Tensors x = tensors(c["x"]), y = tensors(c["y"]);
    const Tensors weights = tensors(c.value("sample_weight", json()));
    for (const json& step : c["steps"]) check_logs(model.train_on_batch(x, y, weights), step);
    const std::vector<Variable> variables = model.variables();
    for (size_t i = 0; i < variables.size(); ++i) {
        INFO(variables[i].path());
        CHECK(golden::mismatch(variables[i], c["weights_after"][i], 1e-4, 1e-5) == "");
    }
}

/// Two inputs, two outputs.
Model two_losses() {
    clear_session();
    const KerasTensor a = Input({4}, {.name = "a"}), b = Input({4}, {.name = "b"});
    const KerasTensor h = layers::Dense(5, {.activation = "tanh"})(layers::Add()({a, b}));
    return Model({a, b},
                 {layers::Dense(3, {.activation = "softmax", .name = "kind"})(h),
                  layers::Dense(2, {.name = "size"})(h)},
                 {.name = "m"});
}

Tensor random_tensor(const Shape& shape, unsigned seed) {
    return numbers::distinct(shape, seed, 1.0, float32);
}

/// Counts its own steps and reports what it likes.
struct OwnStep : Model {
    layers::Dense dense{1};
    int steps = 0;

    Tensor call(const Tensor& x) override { return dense(x); }
    std::optional<Logs> train_step(const Batch& batch) override {
        ++steps;
        GradientTape tape;
        const Tensor loss = compute_loss(batch, (*this)(batch.x, {.training = true}));
        const std::vector<Variable> variables = trainable_variables();
        optimizer().apply(tape.gradient(loss, variables), variables);
        Logs logs;
        logs.set("own_loss", loss.item<double>());
        return logs;
    }
};

}  // namespace

TEST_CASE("Models of several outputs train as Keras's", "[models][functional][golden]") {
    for (const json& c : golden::load("functional.json")["trainings"]) {
        const std::string name = c["name"];
        INFO(name);
        const auto model = restored(c);
        model->compile(compile_options(name));
        check_logs(model->test_on_batch(tensors(c["x"]), tensors(c["y"]), tensors(c["sample_weight"])),
                   c["tested"]);
        check_training(*model, c);
    }
}

TEST_CASE("Layers with a state that are called more than once run in Keras's order",
          "[models][functional][golden]") {
    for (const json& c : golden::load("graphs.json")["trainings"]) {
        INFO(c["name"].get<std::string>());
        const auto model = restored(c);
        model->compile_from_config(Config::from_json(c["compile_config"].dump()));
        check_training(*model, c);
    }
}

TEST_CASE("Outputs that a dict names in Keras keep their names", "[models][functional][golden]") {
    for (const json& c : golden::load("graphs.json")["structures"]) {
        if (c["name"] != "dict_outputs") continue;
        const auto model = restored(c);
        CHECK(model->output_names() == std::vector<std::string>{"kind", "size"});
        CHECK(model->get_config()["output_layers"] ==
              Config::from_json(R"({"kind": ["dense_1", 0, 0], "size": ["dense", 0, 0]})"));
        CHECK(std::dynamic_pointer_cast<Model>(model->clone())->output_names() == model->output_names());
        model->compile({.optimizer = "sgd", .loss = {{"size", "mse"}, {"kind", "mae"}}});
        CHECK(model
                  ->train_on_batch(random_tensor({4, 5}, 1),
                                   {random_tensor({4, 3}, 2), random_tensor({4, 2}, 3)})
                  .size() == 3);
    }
}

TEST_CASE("fit, evaluate and predict go batch by batch through all inputs and outputs",
          "[models][functional]") {
    set_random_seed(1);
    Model model = two_losses();
    model.compile({.optimizer = "adam",
                   .loss = {{"kind", losses::SparseCategoricalCrossentropy()}, {"size", "mse"}},
                   .metrics = {{"kind", {"accuracy"}}}});
    const Tensors x = {random_tensor({10, 4}, 1), random_tensor({10, 4}, 2)};
    const Tensors y = {Tensor::from({0, 1, 2, 0, 1, 2, 0, 1, 2, 0}, {10}), random_tensor({10, 2}, 3)};
    const History history =
        model.fit(x, y, {.batch_size = 4, .epochs = 3, .verbose = 0, .validation_data = {x, y}});
    CHECK(history["loss"].back() < history["loss"].front());
    CHECK(history["kind_loss"].size() == 3);
    CHECK(history["val_size_loss"].size() == 3);
    CHECK(history["val_kind_accuracy"].size() == 3);
    const Logs logs = model.evaluate(x, y, {.batch_size = 3, .verbose = 0});
    CHECK(logs["loss"] == Approx(logs["kind_loss"] + logs["size_loss"]));
    CHECK(logs["loss"] == Approx(history["val_loss"].back()));

    const std::vector<Tensor> p = model.predict_all(x, {.batch_size = 4});
    REQUIRE(p.size() == 2);
    const std::vector<Tensor> whole = model.apply(x.list());
    CHECK(numbers::of(p[0]) == numbers::of(whole[0]));
    CHECK(numbers::of(p[1]) == numbers::of(whole[1]));
    CHECK_THROWS_AS(model.predict_on_batch(x), ValueError);
    CHECK_THROWS_MATCHES(model.predict(x), ValueError,
                         Message("m: it has 2 outputs, predict() gives one; use predict_all()"));
}

TEST_CASE("One loss for several outputs is the loss of each", "[models][functional]") {
    Model model = two_losses();
    model.compile({.loss = "mse"});
    const Tensors x = {random_tensor({3, 4}, 1), random_tensor({3, 4}, 2)};
    const std::vector<Tensor> out = model.apply(x.list());
    const Logs logs = model.test_on_batch(x, {out[0] + 1, out[1] + 2});
    CHECK(logs["kind_loss"] == Approx(1));
    CHECK(logs["size_loss"] == Approx(4));
    CHECK(logs["loss"] == Approx(5));
}

TEST_CASE("Losses, targets and metrics that do not match the outputs are refused",
          "[models][functional][errors]") {
    Model model = two_losses();
    CHECK_THROWS_MATCHES(model.compile({.loss = {"mse", "mse", "mse"}}), ValueError,
                         Message("m: compile got 3 values as loss for 2 outputs; give one for each, or names "
                                 "(kind, size)"));
    CHECK_THROWS_MATCHES(model.compile({.loss = {{"kind", "mse"}, {"weight", "mse"}}}), ValueError,
                         Message("m: compile got loss for \"weight\"; the outputs are kind, size"));
    CHECK_THROWS_AS(model.compile({.loss = "mse", .metrics = {{"weight", {"mae"}}}}), ValueError);
    model.compile({.loss = {"mse", "mse"}});
    const Tensors x = {zeros({2, 4}), zeros({2, 4})};
    CHECK_THROWS_MATCHES(
        model.train_on_batch(x, zeros({2, 3})), ValueError,
        Message("m: the batch has 1 targets, the model 2 outputs (kind, size); give one for each"));
    CHECK_THROWS_MATCHES(model.fit(zeros({2, 4}), {zeros({2, 3}), zeros({2, 2})}, {.verbose = 0}), ValueError,
                         Message("m: the model has 2 inputs (a, b) and got 1; give one tensor for each"));
    CHECK_THROWS_AS(model.fit({zeros({2, 4}), zeros({3, 4})}, {zeros({2, 3}), zeros({2, 2})}), ShapeError);
    CHECK_THROWS_AS(model.train_on_batch(x, {zeros({2, 3}), zeros({3, 2})}), ShapeError);
}

TEST_CASE("A train_step of one's own is what fit() does with a batch", "[models][functional]") {
    OwnStep model;
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.1}), .loss = "mse"});
    const Tensor x = random_tensor({8, 3}, 1), y = random_tensor({8, 1}, 2);
    const History history =
        model.fit(x, y, {.batch_size = 4, .epochs = 10, .verbose = 0, .validation_data = {x, y}});
    CHECK(model.steps == 20);
    CHECK(history["own_loss"].size() == 10);
    CHECK(history["val_loss"].back() < history["val_loss"].front());
    CHECK(model.train_on_batch(x, y).contains("own_loss"));
    CHECK(model.test_on_batch(x, y)["loss"] == Approx(model.compute_loss({x, y}, model(x)).item<double>()));
    Model plain = two_losses();
    CHECK_THROWS_AS(plain.train_step({x, y}), ValueError);
    plain.compile({.loss = "mse"});
    CHECK_THROWS_AS(plain.train_step({x, y}), ValueError);  // not in a run
}
