#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

#include <cmath>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::Configuration;
using conformance::Facts;
using conformance::Input;

const Facts same_shape = {.input = {2, 3, 4}, .output = {2, 3, 4}};

const char* const not_floating =
    "input is int32; cast() it to float32, or put a layers::Rescaling(1. / 255) before the layer";

std::vector<Configuration> every_activation() {
    std::vector<Configuration> all;
    for (const std::string_view name : ActivationFunction::names)
        if (name != "custom")
            all.push_back({std::string(name), [=] { return Activation(activation(name)); }, same_shape});
    return all;
}

Config node(const char* class_name, Config config) {
    return Config::object({{"class_name", class_name}, {"config", std::move(config)}});
}

}  // namespace

conformance::LayerCases conformance::activation_layers() {
    return {
        {"Activation",
         "activation",
         every_activation(),
         {{[] { return Activation("relu"); }, not_floating, Input({2}, int32)},
          {[] {
               layer_from_config(node("Activation", Config::object({{"activation", "rleu"}})));
           },
           "Activation: \"activation\" in its config: activation: no activation is called \"rleu\"; there "
           "are {names}"},
          {[] { serialize(Activation([](const Tensor& x) { return x; })); },
           "activation: its activation is a function of the program's, which a config cannot name; use a "
           "name such as \"relu\", or put the function into a layer of your own"}}},
        {"ELU",
         "elu",
         {{"by default", [] { return ELU(); }, same_shape},
          {"alpha 0", [] { return ELU({.alpha = 0}); }, same_shape},
          {"alpha 2.5", [] { return ELU({.alpha = 2.5}); }, same_shape}},
         {{[] { return ELU({.alpha = INFINITY}); }, "alpha is inf; it must be a finite number"},
          {[] { return ELU(); }, not_floating, Input({2, 3}, int32)},
          {[] {
               layer_from_config(node("ELU", Config::object({{"alpha", "one"}})));
           },
           "ELU: \"alpha\" in its config: Config: a number was expected, found \"one\""}}},
        {"LeakyReLU",
         "leaky_re_lu",
         {{"by default", [] { return LeakyReLU(); }, same_shape},
          {"slope 0", [] { return LeakyReLU({.negative_slope = 0}); }, same_shape},
          {"slope 1.5", [] { return LeakyReLU({.negative_slope = 1.5}); }, same_shape}},
         {{[] { return LeakyReLU({.negative_slope = -0.1}); },
           "negative_slope is -0.1; it must not be negative"},
          {[] { return LeakyReLU({.negative_slope = std::nan("")}); },
           "negative_slope is nan; it must not be negative"},
          {[] { return LeakyReLU(); }, not_floating, Input({2}, int32)}}},
        {"PReLU",
         "p_re_lu",
         {{"by default",
           [] { return PReLU(); },
           {.input = {2, 3, 2, 4}, .output = {2, 3, 2, 4}, .weights = {{"alpha", {3, 2, 4}}}}},
          {"one alpha per channel",
           [] {
               return PReLU({.alpha_initializer = "ones", .shared_axes = {1, 2}});
           },
           {.input = {2, 3, 2, 4}, .output = {2, 3, 2, 4}, .weights = {{"alpha", {1, 1, 4}}}}}},
         {{[] { return PReLU({.shared_axes = {0}}); },
           "shared axis 0 of input (2, 3) is the batch, along which alpha is shared anyway; name others",
           {2, 3}},
          {[] { return PReLU({.shared_axes = {2}}); },
           "axis 2 is outside shape (2, 3); use an axis from -2 to 1",
           {2, 3}},
          {[] { return PReLU(); }, "input is a scalar; (batch, ..) is needed", Shape{}},
          {[] { return PReLU(); },
           "input of shape (2, 4) needs an alpha of (4,), the layer was built with (3,); give an input of "
           "the shape it was built for",
           {2, 4},
           {2, 3}}}},
        {"ReLU",
         "re_lu",
         {{"by default", [] { return ReLU(); }, same_shape},
          {"with a limit, a slope and a threshold",
           [] { return ReLU({.max_value = 0.7, .negative_slope = 0.2, .threshold = 0.3}); }, same_shape}},
         {{[] { return ReLU({.max_value = -1}); },
           "max_value -1, negative_slope 0 and threshold 0 must not be negative"},
          {[] { return ReLU({.negative_slope = -0.5}); },
           "max_value 0, negative_slope -0.5 and threshold 0 must not be negative"},
          {[] { return ReLU({.max_value = 6, .threshold = -1}); },
           "max_value 6, negative_slope 0 and threshold -1 must not be negative"},
          {[] { return ReLU({.threshold = std::nan("")}); },
           "max_value 0, negative_slope 0 and threshold nan must not be negative"},
          {[] { return ReLU(); }, not_floating, Input({2}, int32)}}},
        {"Softmax",
         "softmax",
         {{"by default", [] { return Softmax(); }, same_shape},
          {"along another axis", [] { return Softmax(1); }, same_shape},
          {"over two axes",
           [] {
               return Softmax({1, -1});
           },
           {.input = {2, 3, 2, 4}, .output = {2, 3, 2, 4}}}},
         {{[] { return Softmax(2); }, "axis 2 is outside shape (2, 3); use an axis from -2 to 1", {2, 3}},
          {[] { return Softmax(); }, "axis -1 is outside shape (), which has no axes", Shape{}},
          {[] {
               return Softmax({0, -2});
           },
           "axis names axis 0 of input (2, 3) twice; name each once",
           {2, 3}},
          {[] { return Softmax(std::vector<int>{}); }, "axis is empty; name at least one axis"},
          {[] { return Softmax(); }, not_floating, Input({2}, int32)}}},
    };
}

TEST_CASE("Layers that activate pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::activation_layers());
}
