#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

Config node_of(const json& c, const json& config) {
    return Config::object(
        {{"class_name", c["layer"].get<std::string>()}, {"config", Config::from_json(config.dump())}});
}

}  // namespace

TEST_CASE("Merging layers and their gradients are Keras's", "[layers][merging][golden]") {
    size_t compared = 0;
    for (const json& c : golden::load("layers_extra.json")["merging"]) {
        INFO(c["name"].get<std::string>());
        const auto layer = layer_from_config(node_of(c, c["config"]));
        const bool wide = c["dtype"] == "float64";
        const double rtol = wide ? 1e-10 : 1e-5, atol = wide ? 1e-12 : 2e-6;
        std::vector<Tensor> inputs;
        GradientTape tape;
        for (const json& input : c["inputs"]) {
            inputs.push_back(golden::tensor(input));
            tape.watch(inputs.back());
        }
        const Tensor y = (*layer)(inputs);
        std::vector<Shape> shapes;
        for (const Tensor& x : inputs) shapes.push_back(x.shape());
        CHECK(y.shape() == golden::tensor(c["output"]).shape());
        CHECK(layer->compute_output_shapes(shapes).front() == y.shape());
        CHECK(y.dtype() == golden::tensor(c["output"]).dtype());
        CHECK(golden::mismatch(y, c["output"], rtol, atol) == "");
        const std::vector<Tensor> gradients = tape.gradient(
            y, inputs, {.output_gradients = golden::tensor(c["upstream"]), .unconnected_as_zeros = true});
        for (size_t i = 0; i < inputs.size(); ++i)
            CHECK(golden::mismatch(gradients[i], c["gradients"][i], 10 * rtol, 5 * atol) == "");
        ++compared;
    }
    CHECK(compared >= 199);
}

TEST_CASE("Merging layers have Keras's configs and names", "[layers][merging][golden]") {
    for (const json& c : golden::load("layers_extra.json")["merging"]) {
        INFO(c["name"].get<std::string>());
        CHECK(layer_from_config(node_of(c, c["config"]))->get_config() ==
              Config::from_json(c["config"].dump()));
        json arguments = c["args"];
        if (c["dtype"] != "float32") arguments["dtype"] = c["dtype"];
        clear_session();
        const auto layer = layer_from_config(node_of(c, arguments));
        CHECK(layer->name() == c["default_name"].get<std::string>());
        CHECK(layer->get_config() == Config::from_json(c["config"].dump()));
    }
}
