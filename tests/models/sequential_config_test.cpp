#include "support/catch.hpp"

#include "support/files.hpp"
#include "support/golden_model.hpp"
#include "support/numbers.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/lenet5.hpp>
#include <keratin/models/sequential.hpp>

using namespace keratin;

namespace {

using Names = std::vector<std::string>;

Names paths(const Layer& layer) {
    Names list;
    for (const Variable& variable : layer.variables()) list.push_back(variable.path());
    return list;
}

const Sequential& as_model(const std::shared_ptr<Layer>& layer) {
    return dynamic_cast<const Sequential&>(*layer);
}

}  // namespace

TEST_CASE("A clone has the same config, names and paths, and weights of its own",
          "[models][sequential][config]") {
    clear_session();
    const auto make = GENERATE(
        as<Sequential (*)()>{}, [] { return models::lenet5({.modern = true}); },
        [] {
            return Sequential(layers::InputLayer({28, 28, 1}), layers::Flatten(), layers::Dense(3));
        },
        [] {
            return Sequential(Sequential(layers::Flatten(), Sequential(layers::Dense(4))), layers::Dense(2));
        },
        [] {
            return Sequential(layers::Rescaling(0.5), layers::BatchNormalization(),
                              layers::Dropout(0.5, {.seed = 1}), layers::GlobalAveragePooling2D());
        });
    const Sequential model = make();
    const Tensor x = numbers::distinct({2, 28, 28, 1}, 1, 1.0, float32);
    model(x);
    const auto layer = model.clone();
    const Sequential& clone = as_model(layer);
    CHECK(clone.get_config() == model.get_config());
    CHECK(clone.name() == model.name());
    CHECK(clone.built());
    CHECK(paths(clone) == paths(model));
    for (size_t i = 0; i < model.variables().size(); ++i) {
        CHECK_FALSE(clone.variables()[i].same_as(model.variables()[i]));
        clone.variables()[i].assign(model.variables()[i].value());
    }
    CHECK(numbers::difference(clone(x), model(x)) == 0);
    CHECK_FALSE(clone.compiled());
}

TEST_CASE("A clone of a model that is not built is not built", "[models][sequential][config]") {
    const Sequential model(Sequential(layers::Dense(4)), layers::Dense(2));
    const auto layer = model.clone();
    CHECK_FALSE(layer->built());
    CHECK((*layer)(zeros({1, 3})).shape() == Shape{1, 2});
    CHECK_FALSE(model.built());
}

TEST_CASE("A model inside that is built comes back built, whatever is around it",
          "[models][sequential][config]") {
    clear_session();
    const Sequential inner(layers::Dense(4));
    inner(zeros({1, 3}));
    const Sequential outer(inner, layers::Dense(2));
    const auto layer = outer.clone();
    CHECK_FALSE(layer->built());
    const Layer& restored = as_model(layer).get_layer(0);
    CHECK(restored.built());
    CHECK(paths(restored) == Names{"sequential/dense/kernel", "sequential/dense/bias"});
}

TEST_CASE("A config is Keras's, member by member", "[models][sequential][config][golden]") {
    for (const auto& entry : golden::load("training.json")["models"]) {
        INFO(entry["name"].get<std::string>());
        const Config expected = Config::from_json(entry["config"].dump());
        const Config got = golden::model(entry["config"]).get_config();
        for (const auto& [key, value] : expected.members())
            if (key != "layers") {
                INFO(key);
                CHECK(got[key] == value);
            }
        REQUIRE(got["layers"].as_list().size() == expected["layers"].as_list().size());
        for (size_t i = 0; i < got["layers"].as_list().size(); ++i) {
            const Config& layer = got["layers"].as_list()[i];
            const Config& wanted = expected["layers"].as_list()[i];
            CHECK(layer["class_name"] == wanted["class_name"]);
            CHECK(layer["module"] == wanted["module"]);
            for (const auto& [key, value] : wanted["config"].members()) {
                INFO(wanted["class_name"].as_string() << " " << key << " " << value.to_json());
                // Newer Keras writes members that hold nothing; those that matter must agree.
                if (const Config* own = layer["config"].find(key))
                    CHECK(*own == value);
                else
                    CHECK(value.is_null());
            }
        }
    }
}

TEST_CASE("A config goes through JSON", "[models][sequential][config]") {
    clear_session();
    const Sequential model = models::lenet5();
    model(zeros({1, 28, 28, 1}));
    const auto layer = Sequential::from_config(Config::from_json(model.get_config().to_json(2)));
    CHECK(as_model(layer).get_config() == model.get_config());
    CHECK(paths(*layer) == paths(model));
}

TEST_CASE("A frozen layer comes back frozen", "[models][sequential][config]") {
    Sequential model(layers::Dense(4), layers::Dense(2));
    model.build({1, 3});
    model.get_layer(0).trainable = false;
    const auto layer = model.clone();
    CHECK_FALSE(static_cast<bool>(as_model(layer).get_layer(0).trainable));
    CHECK(layer->trainable_variables().size() == 2);
}

TEST_CASE("What from_config cannot make it refuses, and leaves nothing behind",
          "[models][sequential][config][errors]") {
    clear_session();
    const auto refused = [](const std::string& json, const std::string& text) {
        INFO(text);
        CHECK_THROWS_MATCHES(Sequential::from_config(Config::from_json(json)), ValueError,
                             Catch::Matchers::Predicate<ValueError>([&](const ValueError& error) {
                                 return std::string(error.what()).starts_with(text);
                             }));
    };
    refused(R"({"name": "m"})", "Config: no member \"layers\"; there are: name");
    refused(R"({"name": "m", "layers": [{"class_name": "Secret", "config": {}}]})",
            "layer: no layer is called \"Secret\"; add one of your own with register_layer()");
    const Sequential later(layers::Dense(1));
    CHECK(as_model(later.clone()).layers().size() == 1);
}
