#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

Config config_of(const json& value) {
    return Config::from_json(value.dump());
}

std::shared_ptr<Layer> made(const json& c, const json& config) {
    return layer_from_config(
        Config::object({{"class_name", c["layer"].get<std::string>()}, {"config", config_of(config)}}));
}

const json& cases() {
    return golden::load("layers_preprocessing.json")["cases"];
}

void adapt(Layer& layer, const Tensor& data) {
    if (auto* normalization = dynamic_cast<layers::Normalization*>(&layer)) normalization->adapt(data);
}

/// TensorFlow moves images of float64 in float32, too; where a turned image has its pixels between those of
/// the input is a matter of the last digits.
double tolerance(const json& c) {
    const std::string layer = c["layer"];
    if (layer == "RandomRotation") return 2e-5;
    return c["dtype"] == "float64" && layer == "Normalization" ? 1e-12 : 5e-6;
}

}  // namespace

TEST_CASE("Layers that prepare data give Keras's numbers", "[layers][preprocessing][golden]") {
    for (const json& c : cases()) {
        INFO(c["name"].get<std::string>());
        const auto layer = made(c, c["config"]);
        if (!c["data"].is_null()) adapt(*layer, golden::tensor(c["data"]));
        const Tensor x = golden::tensor(c["input"]);
        const Tensor y = (*layer)(x, {.training = c["training"].get<bool>()});
        const Tensor expected = golden::tensor(c["output"]);
        CHECK(y.shape() == expected.shape());
        CHECK(y.dtype() == expected.dtype());
        CHECK(y.dtype() == layer->compute_output_dtype({x.dtype()}));
        CHECK(layer->compute_output_shape(x.shape()) == expected.shape());
        CHECK(golden::mismatch(y, c["output"], tolerance(c), tolerance(c)) == "");
        const std::vector<Variable> variables = layer->variables();
        REQUIRE(variables.size() == c["weights"].size());
        for (size_t i = 0; i < variables.size(); ++i) {
            const json& weight = c["weights"][i];
            CHECK(variables[i].name() == weight["name"].get<std::string>());
            CHECK(variables[i].dtype() == golden::tensor(weight["value"]).dtype());
            CHECK(golden::mismatch(variables[i], weight["value"], 1e-5, 1e-6) == "");
        }
    }
}

TEST_CASE("Layers that prepare data have Keras's configs and names", "[layers][preprocessing][golden]") {
    for (const json& c : cases()) {
        INFO(c["name"].get<std::string>());
        const auto layer = made(c, c["config"]);
        INFO(layer->get_config().to_json());
        CHECK(layer->get_config() == config_of(c["config"]));
        json arguments = c["args"];
        if (c["dtype"] != "float32") arguments["dtype"] = c["dtype"];
        clear_session();
        const auto again = made(c, arguments);
        CHECK(again->name() == c["default_name"].get<std::string>());
        if (!c["data"].is_null()) adapt(*again, golden::tensor(c["data"]));
        CHECK(again->get_config() == config_of(c["config"]));
    }
}
