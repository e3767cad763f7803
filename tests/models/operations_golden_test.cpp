#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/model.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

/// What Keras writes of the calls of a model's operations.
json operations_in(const json& node) {
    json result = json::array();
    for (const json& layer : node["config"]["layers"])
        if (layer["module"].get<std::string>().starts_with("keras.src.ops.")) result.push_back(layer);
    return result;
}

/// 0.5 * (i % 5 - 2), as the script has it.
Tensor upstream(const Shape& shape) {
    std::vector<float> values;
    for (int64_t i = 0; i < shape.size(); ++i) values.push_back(0.5f * static_cast<float>(i % 5 - 2));
    return Tensor::from(values, shape);
}

}  // namespace

TEST_CASE("Operations have Keras's shapes, outputs and gradients, and are written as Keras writes them",
          "[models][functional][operations][golden]") {
    const json& cases = golden::load("operations.json")["cases"];
    REQUIRE(cases.size() >= 60);
    for (const json& c : cases) {
        INFO(c["name"].get<std::string>());
        const Config node = Config::from_json(c["node"].dump());
        const auto model = std::dynamic_pointer_cast<Model>(layer_from_config(node));
        REQUIRE(model);
        for (const Variable& variable : model->variables()) variable.assign(ones(variable.shape()));
        const json written = json::parse(serialize(*model).to_json());
        CHECK(operations_in(written) == operations_in(c["node"]));

        std::vector<Tensor> x;
        for (const json& input : c["inputs"]) x.push_back(golden::tensor(input));
        GradientTape tape({.persistent = true});
        for (const Tensor& input : x) tape.watch(input);
        const std::vector<Tensor> y = model->apply(x);
        REQUIRE(y.size() == c["outputs"].size());
        Tensor target = zeros({});
        for (size_t i = 0; i < y.size(); ++i) {
            INFO("output " << i);
            const json& spec = c["output_specs"][i];
            CHECK(Config(model->outputs()[i].shape()) == Config::from_json(spec[0].dump()));
            CHECK(std::string(name(model->outputs()[i].dtype())) == spec[1].get<std::string>());
            CHECK(std::string(name(y[i].dtype())) == spec[1].get<std::string>());
            CHECK(golden::mismatch(y[i], c["outputs"][i], 1e-5, 1e-6) == "");
            if (is_floating(y[i].dtype())) target = target + reduce_sum(y[i] * upstream(y[i].shape()));
        }
        tape.stop_recording();
        for (size_t i = 0; i < x.size(); ++i) {
            INFO("gradient " << i);
            const Tensor gradient = tape.gradient(target, x[i]);
            CHECK(golden::mismatch(gradient.defined() ? gradient : zeros_like(x[i]), c["gradients"][i], 1e-4,
                                   1e-5) == "");
        }
    }
}
