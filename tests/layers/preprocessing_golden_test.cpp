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
    if (auto* discretization = dynamic_cast<layers::Discretization*>(&layer)) discretization->adapt(data);
    if (auto* lookup = dynamic_cast<layers::IntegerLookup*>(&layer)) lookup->adapt(data);
}

/// A vocabulary that adapt() found Keras keeps in a file of its own, keratin in the config.
Config without_vocabulary(const Config& config) {
    Config rest = config;
    for (const char* key : {"vocabulary", "idf_weights", "vocabulary_size"})
        if (rest.find(key)) rest.set(key, nullptr);
    return rest;
}

template <class L>
void check_strings(L& layer, const json& c) {
    using Strings = std::vector<std::string>;
    if (!c["data"].is_null()) layer.adapt(c["data"].get<Strings>());
    CHECK(layer.get_vocabulary() == c["vocabulary"].get<Strings>());
    const auto again = layer.clone();
    CHECK(dynamic_cast<const L&>(*again).get_vocabulary() == layer.get_vocabulary());
    if (c["tokens"].is_array()) {
        const auto indices = c["input"].get<std::vector<std::vector<int64_t>>>();
        Strings tokens;
        for (const auto& row : indices)
            if constexpr (std::is_same_v<L, layers::StringLookup>)
                for (const std::string& token : layer.tokens(Tensor::from(row))) tokens.push_back(token);
        CHECK(tokens == c["tokens"].get<Strings>());
        return;
    }
    const auto called = [&](const L& on) {
        if constexpr (std::is_same_v<L, layers::StringLookup>)
            if (c["input"][0].is_array()) return on.lookup(c["input"].get<std::vector<Strings>>());
        return on(c["input"].get<Strings>());
    };
    for (const L* one : {static_cast<const L*>(&layer), &dynamic_cast<const L&>(*again)}) {
        const Tensor y = called(*one);
        CHECK(y.shape() == golden::tensor(c["output"]).shape());
        CHECK(y.dtype() == golden::tensor(c["output"]).dtype());
        CHECK(y.dtype() == one->compute_output_dtype({}));
        CHECK(golden::mismatch(y, c["output"], 1e-6) == "");
    }
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
        const bool found = c["layer"] == "IntegerLookup" && !c["data"].is_null();
        const auto compared = [&](const Config& config) {
            return found ? without_vocabulary(config) : config;
        };
        CHECK(compared(layer->get_config()) == compared(config_of(c["config"])));
        json arguments = c["args"];
        if (c["dtype"] != "float32") arguments["dtype"] = c["dtype"];
        clear_session();
        const auto again = made(c, arguments);
        CHECK(again->name() == c["default_name"].get<std::string>());
        if (!c["data"].is_null()) adapt(*again, golden::tensor(c["data"]));
        CHECK(compared(again->get_config()) == compared(config_of(c["config"])));
    }
}

TEST_CASE("Layers of strings give Keras's numbers and configs", "[layers][preprocessing][golden]") {
    for (const json& c : golden::load("layers_preprocessing.json")["of_strings"]) {
        INFO(c["name"].get<std::string>());
        clear_session();
        const auto layer = made(c, c["args"]);
        CHECK(layer->name() == c["default_name"].get<std::string>());
        if (auto* lookup = dynamic_cast<layers::StringLookup*>(layer.get())) check_strings(*lookup, c);
        if (auto* text = dynamic_cast<layers::TextVectorization*>(layer.get())) check_strings(*text, c);
        const auto compared = [&](const Config& config) {
            return c["data"].is_null() ? config : without_vocabulary(config);
        };
        INFO(layer->get_config().to_json());
        CHECK(compared(layer->get_config()) == compared(config_of(c["config"])));
    }
}
