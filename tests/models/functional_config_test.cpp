#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/numbers.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/model.hpp>

using namespace keratin;
using nlohmann::json;

namespace {

std::shared_ptr<Model> read(const json& node) {
    return std::dynamic_pointer_cast<Model>(layer_from_config(Config::from_json(node.dump())));
}

/// What Keras writes of a model whose words are masked: NotEqual is a node between its layers.
json masked_words() {
    for (const json& net : golden::load("whole_nets.json")["nets"])
        if (net["name"] == "lstm") return net["node"];
    throw std::runtime_error("no such net");
}

json& layer_called(json& node, const std::string& name) {
    for (json& layer : node["config"]["layers"])
        if (layer["name"] == name) return layer;
    throw std::runtime_error("no such layer");
}

std::string refusal(const json& node) {
    try {
        read(node);
        return "";
    } catch (const ValueError& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("The operations that Keras computes masks by are not needed", "[models][functional][nets]") {
    const auto model = read(masked_words());
    for (const LayerReference& layer : model->layers()) CHECK(layer->class_name() != "NotEqual");
    // A word that is 0 changes nothing where it stands.
    const Tensor words =
        Tensor::from({3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0}, {2, 12});
    const std::vector<double> p = numbers::of(model->predict(words));
    const std::vector<double> first(p.begin(), p.begin() + 5), second(p.begin() + 5, p.end());
    CHECK(numbers::difference(first, second) < 1e-6);
    CHECK(read(json::parse(serialize(*model).to_json()))->get_config().to_json() ==
          model->get_config().to_json());
}

TEST_CASE("A mask that no layer makes is refused rather than lost", "[models][functional][nets][errors]") {
    json unmasked = masked_words();
    layer_called(unmasked, "embedding")["config"]["mask_zero"] = false;
    CHECK(
        refusal(unmasked) ==
        "lstm: lstm is called with the mask not_equal, which no layer before it makes; a model is read with "
        "the masks of its layers only, such as Embedding's and Masking's");

    json given = masked_words();
    json& mask = layer_called(given, "lstm")["inbound_nodes"][0]["kwargs"]["mask"];
    mask["config"]["keras_history"] = {"words", 0, 0};
    CHECK(refusal(given).starts_with("lstm: lstm is called with the mask words, which no layer before it"));
    mask["config"]["keras_history"] = json::array();
    CHECK(refusal(given).starts_with("lstm: lstm is called with the mask , which"));

    json computed = masked_words();
    layer_called(computed, "dense")["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] =
        "not_equal";
    CHECK(refusal(computed) == "lstm: not_equal is the operation NotEqual; a model is read of layers only");
}
