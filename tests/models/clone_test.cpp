#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/dense.hpp>
#include <keratin/layers/dropout.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/clone.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/optimizers/adam.hpp>

using namespace keratin;

namespace {

std::vector<std::string> last_names(const std::vector<std::string>& paths) {
    std::vector<std::string> names;
    for (const std::string& path : paths) names.push_back(path.substr(path.rfind('/') + 1));
    return names;
}

std::vector<std::string> weight_names(const Model& model) {
    std::vector<std::string> paths;
    for (const Variable& variable : model.variables()) paths.push_back(variable.path());
    return last_names(paths);
}

struct Unknown : Model {
    Tensor call(const Tensor& x) override { return x; }
};

}  // namespace

TEST_CASE("What Keras's to_json() writes is a model, which writes the same again",
          "[models][names][golden]") {
    for (const auto& c : golden::load("names.json")["to_json"]) {
        INFO(c["name"].get<std::string>());
        const auto model = model_from_json(c["text"].get<std::string>());
        CHECK(model->name() == c["name"].get<std::string>());
        CHECK(model->built() == c["built"].get<bool>());
        CHECK(weight_names(*model) == last_names(c["paths"]));
        const std::string text = model->to_json();
        CHECK(Config::from_json(text) == Config::from_json(model_from_json(text)->to_json()));
        const auto ours = nlohmann::json::parse(text),
                   theirs = nlohmann::json::parse(c["text"].get<std::string>());
        for (const char* key : {"module", "class_name", "registered_name"}) CHECK(ours[key] == theirs[key]);
        CHECK(ours["config"]["layers"].size() == theirs["config"]["layers"].size());

        const auto clone = clone_model(*model);
        CHECK(clone->name() == model->name());
        CHECK(clone->built() == c["clone_built"].get<bool>());
        CHECK(weight_names(*clone) == weight_names(*model));
    }
}

TEST_CASE("A clone has weights and an optimizer of its own", "[models][names]") {
    Sequential model(layers::Dense(3), layers::Dropout(0.5), layers::Dense(1));
    model.build({Shape::unknown, 2});
    CHECK_FALSE(clone_model(model)->compiled());
    model.compile(
        {.optimizer = optimizers::Adam({.learning_rate = 0.25}), .loss = "mse", .metrics = {"mae"}});
    const Tensor x = numbers::distinct({4, 2}, 1, 1.0, float32), y = zeros({4, 1});
    model.train_on_batch(x, y);

    const auto clone = clone_model(model);
    CHECK(clone->metrics_names() == model.metrics_names());
    CHECK(clone->optimizer().learning_rate() == 0.25);
    const std::vector<Tensor> before = model.get_weights();
    CHECK_FALSE(numbers::of(clone->get_weights()[0]) == numbers::of(before[0]));
    clone->train_on_batch(x, y);
    CHECK(clone->optimizer().iterations() == 1);
    CHECK(model.optimizer().iterations() == 1);
    clone->set_weights(before);
    CHECK(numbers::of(clone->predict(x)) == numbers::of(model.predict(x)));
    clone->train_on_batch(x, y);
    for (size_t i = 0; i < before.size(); ++i)
        CHECK(numbers::of(model.get_weights()[i]) == numbers::of(before[i]));
}

TEST_CASE("model_from_json and clone_model say what they cannot do", "[models][names][errors]") {
    CHECK_THROWS_AS(model_from_json("{"), FormatError);
    CHECK_THROWS_AS(model_from_json("{}"), ValueError);
    CHECK_THROWS_MATCHES(
        model_from_json(serialize(layers::Dense(1, {.name = "head"})).to_json()), ValueError,
        Message("model_from_json: head is a Dense, which is no model; use layer_from_config()"));
    CHECK_THROWS_AS(clone_model(Unknown()), ValueError);
    CHECK_THROWS_AS(model_from_json(R"({"module": "app", "class_name": "Evil", "config": {}})"), ValueError);
}
