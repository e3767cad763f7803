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

/// The inputs with their masks, and the mask of pairs behind them.
std::vector<Tensor> masked_inputs(const json& c, std::vector<Tensor> inputs) {
    for (size_t i = 0; i < inputs.size(); ++i)
        if (!c["masks"][i].is_null()) inputs[i] = inputs[i].with_mask(golden::tensor(c["masks"][i]));
    if (c["attention_mask"].is_null()) return inputs;
    if (inputs.size() == 2) inputs.push_back(inputs[1]);  // the key is the value
    inputs.push_back(golden::tensor(c["attention_mask"]));
    return inputs;
}

}  // namespace

TEST_CASE("Attention, its scores, masks and gradients are Keras's", "[layers][attention][golden]") {
    size_t compared = 0;
    for (const json& c : golden::load("attention.json")["cases"]) {
        INFO(c["name"].get<std::string>());
        const bool wide = c["dtype"] == "float64";
        // TensorFlow keeps the factor of MultiHeadAttention's scores as float32 whatever the dtype is.
        const bool rounded = c["node"]["class_name"] == "MultiHeadAttention";
        const double rtol = wide ? (rounded ? 1e-7 : 1e-9) : 1e-5,
                     atol = wide ? (rounded ? 1e-7 : 1e-9) : 2e-6;
        const auto layer = layer_from_config(Config::from_json(c["node"].dump()));
        std::vector<Tensor> inputs;
        for (const json& value : c["inputs"]) inputs.push_back(golden::tensor(value));
        std::vector<Shape> shapes;
        for (const Tensor& x : inputs) shapes.push_back(x.shape());
        layer->build_list(shapes);
        const std::vector<Variable> variables = layer->variables();
        REQUIRE(variables.size() == c["weights"].size());
        for (size_t i = 0; i < variables.size(); ++i) {
            CHECK(variables[i].path() == c["weights"][i]["path"].get<std::string>());
            variables[i].assign(golden::tensor(c["weights"][i]["value"]));
        }
        GradientTape tape({.persistent = true});
        for (const Tensor& x : inputs) tape.watch(x);
        const std::vector<Tensor> outputs =
            layer->apply(masked_inputs(c, inputs), {.arguments = Config::from_json(c["call"].dump())});
        REQUIRE(outputs.size() == c["outputs"].size());
        Tensor target = zeros({}, inputs.front().dtype());
        for (size_t i = 0; i < outputs.size(); ++i) {
            CHECK(golden::mismatch(outputs[i], c["outputs"][i], rtol, atol) == "");
            CHECK(outputs[i].mask().defined() == (i == 0 && !c["masks"][0].is_null()));
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
    CHECK(compared == 74);
}

TEST_CASE("Attention layers have Keras's configs", "[layers][attention][golden]") {
    for (const json& c : golden::load("attention.json")["cases"]) {
        INFO(c["name"].get<std::string>());
        const auto layer = layer_from_config(Config::from_json(c["node"].dump()));
        const json ours = plain(json::parse(serialize(*layer).to_json())), theirs = plain(c["node"]);
        CHECK(Config::from_json(ours.dump()) == Config::from_json(theirs.dump()));
        CHECK(layer->clone()->get_config().to_json() == layer->get_config().to_json());
    }
}
