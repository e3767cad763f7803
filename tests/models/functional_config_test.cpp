#include "models/read_config.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/numbers.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>

#include <algorithm>
#include <cmath>

using namespace keratin;
using nlohmann::json;
using read_config::read;
using read_config::refusal;

namespace {

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
    CHECK(refusal(unmasked) ==
          "lstm: lstm is called with mask = [\"not_equal\",0,0], which is not the mask that its input has; a "
          "model is read with the masks of its layers only, such as Embedding's and Masking's");

    json given = masked_words();
    json& mask = layer_called(given, "lstm")["inbound_nodes"][0]["kwargs"]["mask"];
    mask["config"]["keras_history"] = {"words", 0, 0};
    CHECK(refusal(given).starts_with("lstm: lstm is called with mask = [\"words\",0,0], which is not the"));
    mask["config"]["keras_history"] = json::array();
    CHECK(refusal(given).starts_with("lstm: lstm is called with mask = [], which"));

    json computed = masked_words();
    layer_called(computed, "dense")["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] =
        "not_equal";
    CHECK(refusal(computed) == "");  // not as a mask: a node like any other
    layer_called(computed, "not_equal")["class_name"] = "RunPython";
    CHECK(refusal(computed).starts_with(
        "not_equal: \"numpy.RunPython\" is no function that keratin has; there are core.Cast, "));

    json of_keras_2 = masked_words();
    layer_called(of_keras_2, "dense")["class_name"] = "TFOpLambda";
    layer_called(of_keras_2, "dense")["config"]["function"] = "math.add";
    CHECK(refusal(of_keras_2) ==
          "lstm: a layer is a TFOpLambda of Keras 2 and calls \"math.add\", a function of Python; make the "
          "model of keras.ops in Keras 3 and save that");
}

TEST_CASE("The default of a call that Keras notes leaves training to the model",
          "[models][functional][nets]") {
    // Keras writes the default of call(x, training=False), and lets the model's own flag win.
    clear_session();
    const KerasTensor x = Input({64});
    const Model model(x, layers::BatchNormalization()(layers::Dropout(0.5)(x), {.training = false}));
    json node = json::parse(serialize(model).to_json());
    layer_called(node, "dropout")["inbound_nodes"][0]["kwargs"]["training"] = false;
    const auto again = read(node);
    const Tensor ones_in = ones({4, 64});
    const double untouched = numbers::of((*again)(ones_in))[0];
    const std::vector<double> trained = numbers::of((*again)(ones_in, {.training = true}));
    CHECK(std::count(trained.begin(), trained.end(), 0.0) > 64);
    // A normalization that is to stay as it is says so itself, and does.
    CHECK(untouched == Approx(1 / std::sqrt(1.001)));
    const Tensor before = again->variables()[2].value();
    (*again)(ones_in, {.training = true});
    CHECK(numbers::of(again->variables()[2].value()) == numbers::of(before));

    // Of random layers the default is true, and they are to leave test images alone.
    const KerasTensor image = Input({4, 4, 1});
    json turned = json::parse(serialize(Model(image, layers::RandomRotation(0.5)(image))).to_json());
    layer_called(turned, "random_rotation")["inbound_nodes"][0]["kwargs"]["training"] = true;
    const Tensor picture = numbers::distinct({1, 4, 4, 1}, 1, 1.0, float32);
    CHECK(numbers::of((*read(turned))(picture)) == numbers::of(picture));

    // Who asks for more than the default gets it.
    layer_called(node, "dropout")["inbound_nodes"][0]["kwargs"]["training"] = true;
    const std::vector<double> always = numbers::of((*read(node))(ones_in));
    CHECK(std::count(always.begin(), always.end(), 0.0) > 64);
}

TEST_CASE("Keras 2 counts the graph of every model inside, also as an output", "[models][functional][nets]") {
    clear_session();
    const KerasTensor z = Input({2}), x = Input({2}, {.name = "x"});
    const Model twice(z, layers::Rescaling(2)(z), {.name = "twice"});
    const Sequential plus(layers::InputLayer({2}), layers::Rescaling(1, {.offset = 1}));
    json node = json::parse(serialize(Model(x, plus(twice(x)), {.name = "m"})).to_json());
    const std::string last = plus.name();
    layer_called(node, "twice")["inbound_nodes"] = json::parse(R"([[["x",0,0,{}]], [["x",0,0,{}]]])");
    layer_called(node, last)["inbound_nodes"] = {{{"twice", 2, 0, json::object()}}};
    node["config"]["output_layers"] = {{"twice", 1, 0}, {last, 1, 0}};
    const auto model = read(node);
    const std::vector<Tensor> y = model->predict_all(ones({1, 2}));
    REQUIRE(y.size() == 2);
    CHECK(numbers::of(y[0]) == std::vector{2.0, 2.0});
    CHECK(numbers::of(y[1]) == std::vector{3.0, 3.0});
}

TEST_CASE("Inputs and outputs that are no tensors are refused", "[models][functional][nets][errors]") {
    clear_session();
    const KerasTensor x = Input({2}, {.name = "x"});
    json node = json::parse(serialize(Model(x, layers::ReLU({.name = "y"})(x), {.name = "m"})).to_json());
    const std::string expected = "m: [layer, call, output], or lists or dicts of such, was expected, found ";
    node["config"]["output_layers"] = {{"a", 3}};
    CHECK(refusal(node) == expected + "3");
    node["config"]["output_layers"] = {{"a", {"y", 1, 0}}};
    CHECK(refusal(node) == "m: [\"y\",1,0] is made by no call");
}
