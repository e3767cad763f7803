#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers.hpp>

#include <set>

using namespace keratin;
using nlohmann::json;

namespace {

/// Arguments that are not offered.
const std::set<std::string> refused = {"Flatten channels_first"};

/// Where cases of layers stand.
const std::vector<const char*> families = {"layers.json", "layers_extra.json", "layers_norm.json"};

Config config_of(const json& value) {
    return Config::from_json(value.dump());
}

Config node_of(const json& c, const json& config) {
    return Config::object({{"class_name", c["layer"].get<std::string>()}, {"config", config_of(config)}});
}

/// The cases whose layer is offered, and of those the ones whose arguments are.
std::vector<json> offered_cases() {
    std::vector<json> cases;
    for (const char* family : families)
        for (const json& c : golden::load(family)["cases"])
            if (!refused.contains(c["name"])) cases.push_back(c);
    return cases;
}

struct Tolerance {
    double rtol, atol;
};

/// TensorFlow keeps the slope of leaky_relu and the root in gelu as float32 whatever the dtype is.
Tolerance tolerance(const json& c) {
    if (c["dtype"] == "float64") return {1e-7, 1e-8};
    // TensorFlow's x * factor - mean * factor loses digits where x is close to a mean that is not 0.
    if (c["name"] == "BatchNormalization of equal values, training") return {1e-4, 2e-5};
    if (c["name"] == "BatchNormalization far from zero, training") return {1e-3, 2e-3};
    return {1e-5, 2e-6};
}

/// The built layer of a case, with its weights.
std::shared_ptr<Layer> built_layer(const json& c) {
    const auto layer = layer_from_config(node_of(c, c["config"]));
    layer->build(Shape(c["input"]["shape"].get<std::vector<int64_t>>()));
    const std::vector<Variable> variables = layer->variables();
    REQUIRE(variables.size() == c["weights"].size());
    for (size_t i = 0; i < variables.size(); ++i) {
        const json& expected = c["weights"][i];
        CHECK(variables[i].path() == expected["path"].get<std::string>());
        CHECK(variables[i].name() == expected["name"].get<std::string>());
        CHECK(variables[i].trainable() == expected["trainable"].get<bool>());
        variables[i].assign(golden::tensor(expected["value"]));
    }
    return layer;
}

}  // namespace

TEST_CASE("Layers and their gradients are Keras's", "[layers][golden]") {
    size_t compared = 0;
    for (const json& c : offered_cases()) {
        INFO(c["name"].get<std::string>());
        const auto layer = built_layer(c);
        const auto [rtol, atol] = tolerance(c);
        const Tensor x = golden::tensor(c["input"]);
        GradientTape tape({.persistent = true});
        if (is_floating(x.dtype())) tape.watch(x);
        const Tensor y = (*layer)(x, {.training = c["training"].get<bool>()});
        CHECK(y.shape() == golden::tensor(c["output"]).shape());
        CHECK(y.dtype() == golden::tensor(c["output"]).dtype());
        CHECK(golden::mismatch(y, c["output"], rtol, atol) == "");

        const GradientOptions options{.output_gradients = golden::tensor(c["upstream"]),
                                      .unconnected_as_zeros = true};
        const json& gradients = c["gradients"];
        CHECK(gradients["input"].is_null() == !is_floating(x.dtype()));
        if (is_floating(x.dtype()))
            CHECK(golden::mismatch(tape.gradient(y, x, options), gradients["input"], 10 * rtol, 5 * atol) ==
                  "");
        const std::vector<Variable> trainable = layer->trainable_variables();
        REQUIRE(trainable.size() == gradients["weights"].size());
        for (size_t i = 0; i < trainable.size(); ++i)
            CHECK(golden::mismatch(tape.gradient(y, trainable[i], options), gradients["weights"][i],
                                   10 * rtol, 5 * atol) == "");
        if (!c["weights_after"].is_null())
            for (size_t i = 0; i < layer->variables().size(); ++i)
                CHECK(golden::mismatch(layer->get_weights()[i], c["weights_after"][i], rtol, atol) == "");
        ++compared;
    }
    CHECK(compared >= 860);
}

TEST_CASE("Layers have Keras's configs and names", "[layers][golden]") {
    for (const json& c : offered_cases()) {
        INFO(c["name"].get<std::string>());
        const auto layer = layer_from_config(node_of(c, c["config"]));
        INFO(layer->get_config().to_json());
        CHECK(layer->get_config() == config_of(c["config"]));
        CHECK(layer->class_name() == c["layer"].get<std::string>());
        CHECK(layer->trainable == c["trainable"].get<bool>());

        json unnamed = c["config"];
        unnamed.erase("name");
        clear_session();
        CHECK(layer_from_config(node_of(c, unnamed))->name() == c["default_name"].get<std::string>());
    }
}

TEST_CASE("A constructor's arguments alone make the same layer", "[layers][golden]") {
    for (const json& c : offered_cases()) {
        INFO(c["name"].get<std::string>());
        json arguments = c["args"];
        if (c["dtype"] != "float32") arguments["dtype"] = c["dtype"];
        if (!c["trainable"].get<bool>()) arguments["trainable"] = false;
        clear_session();
        const auto layer = layer_from_config(node_of(c, arguments));
        CHECK(layer->get_config() == config_of(c["config"]));
    }
}

TEST_CASE("What is not offered is refused by name", "[layers][golden][errors]") {
    size_t tried = 0;
    for (const json& c : golden::load("layers.json")["cases"]) {
        if (!refused.contains(c["name"])) continue;
        INFO(c["name"].get<std::string>());
        CHECK_THROWS_AS(layer_from_config(node_of(c, c["config"])), ValueError);
        ++tried;
    }
    CHECK(tried >= refused.size());
    const auto make = [](const char* layer, Config config) {
        return layer_from_config(Config::object({{"class_name", layer}, {"config", std::move(config)}}));
    };
    CHECK_THROWS_MATCHES(make("Flatten", Config::object({{"data_format", "channels_first"}})), ValueError,
                         Message("Flatten: its config has \"data_format\": \"channels_first\", keratin "
                                 "offers \"channels_last\" only"));
    const auto channels_first = [](Config config) { return config.set("data_format", "channels_first"); };
    const Config kernel = Config::object({{"filters", 2}, {"kernel_size", 3}});
    const Config depthwise = Config::object({{"kernel_size", 3}});
    const Config none = Config::object();
    for (const auto& [layer, config] :
         std::vector<std::pair<const char*, Config>>{{"Conv1D", kernel},
                                                     {"Conv1DTranspose", kernel},
                                                     {"Conv2DTranspose", kernel},
                                                     {"DepthwiseConv1D", depthwise},
                                                     {"DepthwiseConv2D", depthwise},
                                                     {"SeparableConv1D", kernel},
                                                     {"SeparableConv2D", kernel},
                                                     {"MaxPooling1D", none},
                                                     {"AveragePooling1D", none},
                                                     {"GlobalMaxPooling1D", none},
                                                     {"GlobalAveragePooling1D", none},
                                                     {"Cropping2D", none},
                                                     {"ZeroPadding1D", none},
                                                     {"UpSampling2D", none}})
        CHECK_THROWS_MATCHES(
            make(layer, channels_first(config)), ValueError,
            Message(fmt::format("{}: its config has \"data_format\": \"channels_first\", keratin offers "
                                "\"channels_last\" only",
                                layer)));
}

TEST_CASE("BatchNormalization's moving statistics follow Keras's call by call", "[layers][golden]") {
    for (const json& c : golden::load("layers.json")["moving_statistics"]) {
        INFO(c["name"].get<std::string>());
        const auto layer = layer_from_config(node_of(c, c["args"]));
        const auto& batch_normalization = dynamic_cast<const layers::BatchNormalization&>(*layer);
        for (const json& call : c["calls"]) {
            const Tensor y =
                (*layer)(golden::tensor(call["input"]), {.training = call["training"].get<bool>()});
            CHECK(golden::mismatch(y, call["output"], 1e-5, 2e-6) == "");
            CHECK(golden::mismatch(batch_normalization.moving_mean, call["moving_mean"], 1e-5) == "");
            CHECK(golden::mismatch(batch_normalization.moving_variance, call["moving_variance"], 1e-5) == "");
        }
    }
}
