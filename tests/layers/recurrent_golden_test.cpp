#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

/// What only some versions of Keras write.
json plain(json config) {
    for (const char* key : {"build_config", "quantization_config"}) config.erase(key);
    for (auto& [key, value] : config.items())
        if (value.is_object()) value = plain(value);
    return config;
}

}  // namespace

TEST_CASE("Recurrent layers, their states, masks and gradients are Keras's", "[layers][recurrent][golden]") {
    size_t compared = 0;
    for (const json& c : golden::load("recurrent.json")["cases"]) {
        INFO(c["name"].get<std::string>());
        const bool wide = c["dtype"] == "float64";
        const double rtol = wide ? 1e-9 : 1e-5, atol = wide ? 1e-9 : 2e-6;
        const auto layer = layer_from_config(Config::from_json(c["node"].dump()));
        std::vector<Tensor> inputs;
        for (const json& value : c["inputs"]) inputs.push_back(golden::tensor(value));
        layer->build_list({inputs.front().shape()});
        const std::vector<Variable> variables = layer->variables();
        REQUIRE(variables.size() == c["weights"].size());
        for (size_t i = 0; i < variables.size(); ++i) {
            CHECK(variables[i].path() == c["weights"][i]["path"].get<std::string>());
            variables[i].assign(golden::tensor(c["weights"][i]["value"]));
        }
        GradientTape tape({.persistent = true});
        for (const Tensor& x : inputs) tape.watch(x);
        const Tensor mask = c["mask"].is_null() ? Tensor() : golden::tensor(c["mask"]);
        const std::vector<Tensor> outputs = layer->apply(inputs, {.mask = mask});
        REQUIRE(outputs.size() == c["outputs"].size());
        const std::vector<Shape> shapes = layer->compute_output_shapes({inputs.front().shape()});
        Tensor target = zeros({}, inputs.front().dtype());
        for (size_t i = 0; i < outputs.size(); ++i) {
            CHECK(golden::mismatch(outputs[i], c["outputs"][i], rtol, atol) == "");
            CHECK(shapes[i] == outputs[i].shape());
            target = target + reduce_sum(outputs[i] * golden::tensor(c["upstream"][i]));
        }
        for (size_t i = 0; i < inputs.size(); ++i)
            CHECK(golden::mismatch(tape.gradient(target, inputs[i]), c["gradients"]["inputs"][i], 10 * rtol,
                                   5 * atol) == "");
        const std::vector<Variable> trainable = layer->trainable_variables();
        REQUIRE(trainable.size() == c["gradients"]["weights"].size());
        for (size_t i = 0; i < trainable.size(); ++i)
            CHECK(golden::mismatch(tape.gradient(target, trainable[i]), c["gradients"]["weights"][i],
                                   10 * rtol, 5 * atol) == "");
        ++compared;
    }
    CHECK(compared == 86);
}

TEST_CASE("Recurrent layers have Keras's configs", "[layers][recurrent][golden]") {
    for (const json& c : golden::load("recurrent.json")["cases"]) {
        INFO(c["name"].get<std::string>());
        const auto layer = layer_from_config(Config::from_json(c["node"].dump()));
        const json ours = plain(json::parse(serialize(*layer).to_json())), theirs = plain(c["node"]);
        CHECK(Config::from_json(ours.dump()) == Config::from_json(theirs.dump()));
        CHECK(layer->clone()->get_config().to_json() == layer->get_config().to_json());
    }
}
