#include "models/read_config.hpp"
#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/layers.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/model.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using nlohmann::json;
using read_config::read;
using read_config::refusal;

/// How Keras writes the calls of layers, arguments by name and masks among them: golden/families/calls.py.
namespace {

std::vector<json> golden_calls(const char* which) {
    return golden::load("calls.json")[which].get<std::vector<json>>();
}

json tensor_of(const std::string& layer) {
    return {{"class_name", "__keras_tensor__"},
            {"config", {{"shape", {nullptr, 4, 8}}, {"dtype", "float32"}, {"keras_history", {layer, 0, 0}}}}};
}

/// A model of inputs x and y, and one layer that is called so.
json calling(const json& layer, const json& call) {
    json layers = json::array();
    for (const char* name : {"x", "y"})
        layers.push_back({{"class_name", "InputLayer"},
                          {"config", {{"batch_shape", {nullptr, 4, 8}}, {"name", name}}},
                          {"name", name},
                          {"inbound_nodes", json::array()}});
    layers.push_back(layer);
    layers.back()["name"] = layer["config"]["name"];
    layers.back()["inbound_nodes"] = json::array({call});
    return {{"class_name", "Functional"},
            {"config",
             {{"name", "f"},
              {"layers", layers},
              {"input_layers", {{"x", 0, 0}, {"y", 0, 0}}},
              {"output_layers", {{layer["config"]["name"], 0, 0}}}}}};
}

/// A class of one's own with two inputs.
struct Difference : ListLayer {
    using ListLayer::ListLayer;
    std::vector<Tensor> call_list(const std::vector<Tensor>& x) override { return {x.at(0) - x.at(1)}; }
    std::string class_name() const override { return "Difference"; }
    static std::shared_ptr<Layer> from_config(const Config& config) {
        return std::make_shared<Difference>(base_options(config));
    }
};

}  // namespace

TEST_CASE("Layers are called as Keras called them, by position, by name, and with their masks",
          "[models][functional][golden]") {
    for (const json& c : golden_calls("cases")) {
        INFO(c["name"].get<std::string>());
        const auto model = read(c["node"]);
        REQUIRE(model);
        std::vector<Tensor> weights, inputs;
        for (const json& weight : c["weights"]) weights.push_back(golden::tensor(weight));
        model->set_weights(weights);
        for (const json& input : c["inputs"]) inputs.push_back(golden::tensor(input));
        CHECK(golden::mismatch(model->apply(inputs).front(), c["output"], 1e-5, 2e-6) == "");
        const auto again = read(json::parse(serialize(*model).to_json()));
        again->set_weights(weights);
        CHECK(golden::mismatch(again->apply(inputs).front(), c["output"], 1e-5, 2e-6) == "");
    }
}

TEST_CASE("Masks that are not the layers' own are refused rather than lost",
          "[models][functional][golden][errors]") {
    for (const json& c : golden_calls("refused")) {
        INFO(c["name"].get<std::string>());
        CHECK_THAT(refusal(c["node"]), Catch::Contains(c["says"].get<std::string>()));
    }
}

TEST_CASE("No argument of a call is passed over", "[models][functional][errors]") {
    register_layer<Difference>("test>Difference", Difference::from_config);
    const json difference = {
        {"class_name", "Difference"}, {"registered_name", "test>Difference"}, {"config", {{"name", "d"}}}};
    const json dense = {{"class_name", "Dense"}, {"config", {{"name", "dense"}, {"units", 2}}}};
    const json attention = {{"class_name", "MultiHeadAttention"},
                            {"config", {{"name", "a"}, {"num_heads", 1}, {"key_dim", 2}}}};
    const json x = tensor_of("x"), y = tensor_of("y");
    const auto call = [](const json& args, const json& kwargs) {
        return json{{"args", args}, {"kwargs", kwargs}};
    };
    CHECK(refusal(calling(difference, call({x, y}, json::object()))) == "");
    CHECK(refusal(calling(difference, call(json::array({x}), {{"other", y}})))
              .starts_with("d is called with other = {"));
    CHECK(refusal(calling(dense, call(json::array({x}), {{"scales", {1, 2}}}))) ==
          "dense is called with scales = [1,2]; which keratin does not know");
    CHECK(refusal(calling(dense, call(json::array({x}), {{"inputs", y}}))) != "");
    CHECK(refusal(calling(attention, call(json::array({x}), {{"key", y}}))) ==
          "a is called with 1 queries, 0 values, 1 keys and 0 attention_masks; it takes one query and one "
          "value, one key or none, one attention_mask or none");
    CHECK(refusal(calling(attention, call(json::array(), {{"query", x}, {"value", y}}))) == "");
    // Keras 2 names where a tensor comes from in a list.
    const json of_keras_2 = {{"x", 0, 0, {{"value", {"y", 0, 0}}, {"use_causal_mask", true}}}};
    CHECK(refusal(calling(attention, of_keras_2)) == "");
}
