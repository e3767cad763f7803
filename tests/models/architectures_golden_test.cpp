#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_scrambled.hpp"

#include <keratin/core/storage.hpp>
#include <keratin/models/alexnet.hpp>
#include <keratin/models/mobilenet.hpp>
#include <keratin/models/resnet.hpp>
#include <keratin/models/vgg.hpp>

#include <functional>

using namespace keratin;
using namespace keratin::models;
using nlohmann::json;

namespace {

const std::map<std::string, std::function<Model()>>& networks() {
    static const std::map<std::string, std::function<Model()>> all = {
        {"vgg16", [] { return vgg16(); }},
        {"vgg16, small",
         [] {
             return vgg16({.input_shape = Shape{32, 32, 3}, .classes = 7});
         }},
        {"vgg16, no top", [] { return vgg16({.include_top = false}); }},
        {"resnet50", [] { return resnet50(); }},
        {"resnet50, no top, max", [] { return resnet50({.include_top = false, .pooling = "max"}); }},
        {"resnet50_v2", [] { return resnet50_v2(); }},
        {"resnet50_v2, no top",
         [] {
             return resnet50_v2({.include_top = false, .input_shape = Shape{64, 48, 3}});
         }},
        {"mobilenet", [] { return mobilenet(); }},
        {"mobilenet, half",
         [] {
             return mobilenet({.input_shape = Shape{40, 32, 3},
                               .alpha = 0.5,
                               .dropout = 0.25,
                               .classes = 9,
                               .classifier_activation = {}});
         }},
        {"mobilenet, no top, avg",
         [] {
             return mobilenet({.alpha = 0.25, .depth_multiplier = 2, .include_top = false, .pooling = "avg"});
         }},
        {"mobilenet_v2", [] { return mobilenet_v2(); }},
        {"mobilenet_v2, half",
         [] {
             return mobilenet_v2({.input_shape = Shape{45, 63, 3}, .alpha = 0.5, .classes = 9});
         }},
        {"mobilenet_v2, wide, no top", [] { return mobilenet_v2({.alpha = 1.3, .include_top = false}); }},
        {"alexnet", [] { return alexnet(); }},
        {"alexnet, no top",
         [] {
             return alexnet({.include_top = false, .input_shape = Shape{Shape::unknown, Shape::unknown, 3}});
         }},
        {"resnet20", [] { return resnet20(); }},
        {"resnet32, odd",
         [] {
             return resnet20({.n = 5, .include_top = false, .input_shape = {17, 13, 3}});
         }},
    };
    return all;
}

/// keras.io/api/applications; of the papers' two 62.3 M (joined towers) and 0.27 M.
const std::map<std::string, int64_t> published = {{"vgg16", 138'357'544},      {"resnet50", 25'636'712},
                                                  {"resnet50_v2", 25'613'800}, {"mobilenet", 4'253'864},
                                                  {"mobilenet_v2", 3'538'984}, {"alexnet", 62'378'344},
                                                  {"resnet20", 271'098}};

json shape(const Shape& s) {
    return json::parse(Config(s).to_json());
}

/// [layer, shape] of every tensor that a call takes.
void collect_inputs(const json& node, json& into) {
    if (node.is_object() && node.value("class_name", "") == "__keras_tensor__") {
        const json& config = node["config"];
        into.push_back({config["keras_history"][0], config["shape"]});
    } else if (node.is_structured()) {
        for (const json& part : node) collect_inputs(part, into);
    }
}

/// Where a layer differs from a row of the golden file; empty where it does not.
std::string difference(const json& layer, const json& row) {
    json inputs = json::array();
    collect_inputs(layer["inbound_nodes"], inputs);
    json config = json::object();
    for (const auto& [key, value] : row[2].items())
        if (layer["config"].contains(key)) config[key] = layer["config"][key];
    const json ours = {layer["name"], layer["class_name"], std::move(config), std::move(inputs)};
    return ours == row ? "" : ours.dump() + " instead of " + row.dump();
}

void check_layers(const Model& model, const json& c) {
    const json layers = json::parse(model.get_config().to_json())["layers"];
    REQUIRE(layers.size() == c["layers"].size());
    for (size_t i = 0; i < layers.size(); ++i) CHECK(difference(layers[i], c["layers"][i]) == "");
}

void check_weights(const Model& model, const json& c) {
    const std::vector<Variable> variables = model.variables();
    REQUIRE(variables.size() == c["weights"].size());
    int64_t trainable = 0;
    for (size_t i = 0; i < variables.size(); ++i) {
        const Variable& v = variables[i];
        CHECK(json({v.path(), shape(v.shape()), v.trainable()}) == c["weights"][i]);
        if (v.trainable()) trainable += v.shape().size();
    }
    CHECK(model.count_params() == c["params"]);
    if (const auto known = published.find(c["name"]); known != published.end())
        CHECK(model.count_params() == known->second);
    CHECK(trainable == c["trainable_params"]);
}

/// Relative to the largest output: after 50 layers small ones are differences of large numbers.
void check_outputs(const Model& model, const json& c) {
    golden::set_scrambled_weights(model);
    const Tensor output =
        model.predict_on_batch(golden::scrambled(Shape(c["images"].get<std::vector<int64_t>>()), 1000));
    const int64_t channels = output.shape().back();
    const Tensor whole = convert(output, float64);
    std::vector<double> some;
    for (int64_t i = 0; i < whole.size(); ++i)
        if (i % channels % 7 == 0) some.push_back(whole.data<double>()[static_cast<size_t>(i)]);
    const std::vector<double> expected = golden::values(c["output"]);
    double largest = 0;
    for (const double value : expected) largest = std::max(largest, std::abs(value));
    CHECK(golden::mismatch(Tensor::from(some, {static_cast<int64_t>(some.size())}), expected, 0,
                           1e-4 * largest) == "");
}

void check(const Model& model, const json& c) {
    CHECK(model.name() == c["model"].get<std::string>());
    CHECK(shape(model.outputs()[0].shape()) == c["output_shape"]);
    check_layers(model, c);
    check_weights(model, c);
    if (c.contains("images")) check_outputs(model, c);
    if (model.count_params() < 10'000'000)
        CHECK(model.clone()->get_config().to_json() == model.get_config().to_json());
}

}  // namespace

TEST_CASE("Named networks have Keras's layers, weights and outputs", "[models][nets][golden]") {
    size_t compared = 0;
    for (const json& c : golden::load("architectures.json")["cases"]) {
        const std::string name = c["name"];
        INFO(name);
        clear_session();
        check(networks().at(name)(), c);
        ++compared;
        release_cached_memory();  // the next network's tensors have other sizes
    }
    CHECK(compared == networks().size());
}
