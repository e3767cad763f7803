#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/model.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

#include <cstdlib>

using namespace keratin;
using nlohmann::json;

namespace {

std::vector<json> cases() {
    auto all = golden::load("functional.json")["cases"].get<std::vector<json>>();
    for (const json& c : golden::load("graphs.json")["cases"]) all.push_back(c);
    return all;
}

/// With those whose inputs or outputs are no lists in Keras, so that keratin writes them otherwise.
std::vector<json> all_cases() {
    auto all = cases();
    for (const json& c : golden::load("graphs.json")["structures"]) all.push_back(c);
    return all;
}

std::shared_ptr<Model> restored(const json& c) {
    return std::dynamic_pointer_cast<Model>(layer_from_config(Config::from_json(c["node"].dump())));
}

std::vector<Tensor> tensors(const json& list) {
    std::vector<Tensor> result;
    for (const json& value : list) result.push_back(golden::tensor(value));
    return result;
}

void set_weights(const Model& model, const json& weights) {
    const std::vector<Variable> variables = model.variables();
    REQUIRE(variables.size() == weights.size());
    for (size_t i = 0; i < variables.size(); ++i) {
        CHECK(variables[i].path() == weights[i]["path"].get<std::string>());
        variables[i].assign(golden::tensor(weights[i]["value"]));
    }
}

/// What of a layer's node must be Keras's: not when and for what it was built or compiled.
json essence(const json& layer) {
    json result = {{"name", layer["name"]}, {"class_name", layer["class_name"]}, {"module", layer["module"]}};
    result["inbound_nodes"] = layer["inbound_nodes"];
    for (json& call : result["inbound_nodes"])
        for (auto it = call["kwargs"].begin(); it != call["kwargs"].end();)
            it = it->is_null() ? call["kwargs"].erase(it) : std::next(it);
    if (layer["config"].contains("layers")) return result;
    result["config"] = layer["config"];
    result["config"].erase("quantization_config");
    return result;
}

std::string summary(const Model& model, SummaryOptions options) {
    std::string text;
    options.print_fn = [&](std::string_view part) { text += part; };
    setenv("COLUMNS", "80", 1);
    model.summary(options);
    unsetenv("COLUMNS");
    return text;
}

}  // namespace

TEST_CASE("Functional models have Keras's layers, shapes, outputs and gradients",
          "[models][functional][golden]") {
    for (const json& c : all_cases()) {
        INFO(c["name"].get<std::string>());
        const auto model = restored(c);
        REQUIRE(model);
        std::vector<std::string> names;
        for (const LayerReference& layer : model->layers()) names.push_back(layer.name());
        CHECK(names == c["layers"].get<std::vector<std::string>>());
        set_weights(*model, c["weights"]);

        GradientTape tape({.persistent = true});
        const std::vector<Tensor> x = tensors(c["inputs"]);
        for (const Tensor& input : x) tape.watch(input);
        const std::vector<Tensor> y = model->apply(x);
        REQUIRE(y.size() == c["outputs"].size());
        Tensor target = zeros({});
        std::vector<Shape> shapes;
        for (const Tensor& input : x) shapes.push_back(input.shape().with(0, Shape::unknown));
        for (size_t i = 0; i < y.size(); ++i) {
            CHECK(golden::mismatch(y[i], c["outputs"][i], 1e-5, 2e-6) == "");
            CHECK(model->compute_output_shapes(shapes)[i] == y[i].shape().with(0, Shape::unknown));
            target = target + reduce_sum(y[i] * golden::tensor(c["upstream"][i]));
        }
        for (size_t i = 0; i < x.size(); ++i)
            CHECK(golden::mismatch(tape.gradient(target, x[i]), c["gradients"]["inputs"][i], 1e-4, 1e-5) ==
                  "");
        const std::vector<Variable> trainable = model->trainable_variables();
        REQUIRE(trainable.size() == c["gradients"]["weights"].size());
        for (size_t i = 0; i < trainable.size(); ++i)
            CHECK(golden::mismatch(tape.gradient(target, trainable[i]), c["gradients"]["weights"][i], 1e-4,
                                   1e-5) == "");
    }
}

TEST_CASE("Functional models have Keras's configs", "[models][functional][golden]") {
    for (const json& c : cases()) {
        INFO(c["name"].get<std::string>());
        const json ours = json::parse(serialize(*restored(c)).to_json()), theirs = c["node"];
        for (const char* key : {"module", "class_name", "registered_name"}) CHECK(ours[key] == theirs[key]);
        for (const char* key : {"name", "trainable", "input_layers", "output_layers"})
            CHECK(ours["config"][key] == theirs["config"][key]);
        REQUIRE(ours["config"]["layers"].size() == theirs["config"]["layers"].size());
        for (size_t i = 0; i < ours["config"]["layers"].size(); ++i)
            CHECK(essence(ours["config"]["layers"][i]) == essence(theirs["config"]["layers"][i]));
    }
}

TEST_CASE("Functional models print Keras's summary", "[models][functional][golden]") {
    for (const json& c : cases()) {
        INFO(c["name"].get<std::string>());
        if (c["name"] == "from_the_middle") continue;  // calls there count from 1: the whole model came first
        const auto model = restored(c);
        CHECK(summary(*model, {}) == c["summary"].get<std::string>());
        CHECK(summary(*model, {.expand_nested = true, .show_trainable = true}) ==
              c["summary_nested"].get<std::string>());
    }
}
