#pragma once

#include "conformance/wrong_use/layers.hpp"
#include "conformance/wrong_use/use.hpp"

#include <keratin/core/config.hpp>
#include <keratin/layers.hpp>
#include <keratin/ops/reduce.hpp>

namespace conformance::wrong_use {

inline Group layer_state() {
    const auto dense = std::make_shared<layers::Dense>(2, layers::DenseOptions{.name = "dense"});
    dense->build({1, 3});
    const auto config = [](const char* text) { return Config::from_json(text); };
    return {
        "weights and configs of layers",
        {
            {"too few weights",
             [dense] {
                 dense->set_weights({ones({3, 2})});
             },
             Type::value,
             "dense: set_weights got 1 tensors, the layer has 2 variables; give one for each of variables()"},
            {"weights of another shape",
             [dense] {
                 dense->set_weights({ones({3, 2}), ones({3})});
             },
             Type::shape, "dense: set_weights got shape (3,) for dense/bias, which has (2,); give that"},
            {"a weight that is not there",
             [dense] {
                 dense->set_weights({ones({3, 2}), {}});
             },
             Type::value,
             "dense: set_weights got an undefined tensor for dense/bias; give one of shape (2,)"},
            {"weights of an unbuilt layer",
             [] {
                 layers::Dense(2).set_weights({ones({3, 2})});
             },
             Type::value, "dense: set_weights got 1 tensors, the layer has 0 variables; build() it first"},
            {"parameters of an unbuilt layer", [] { layers::Dense(2).count_params(); }, Type::value,
             "dense: count_params needs a built layer; call it once, or build() it with a shape"},
            {"the kernel of an unbuilt layer", [] { reduce_sum(layers::Dense(2).kernel); }, Type::value,
             "Variable: it has no value yet; build the layer that it belongs to, or call it once"},
            {"features that are not known",
             [] {
                 layers::Dense(2).build({Shape::unknown, Shape::unknown});
             },
             Type::shape,
             "dense: kernel would have shape (None, 2); the input's axes other than the batch must be known"},
            {"the config of a class without one", [] { Forgetful().clone(); }, Type::value,
             "forgetful: no layer class is registered as \"Forgetful\"; make it known with "
             "register_layer(\"Forgetful\", factory)"},
            {"an activation without a name",
             [] { layers::Activation([](const Tensor& x) { return x; }).get_config(); }, Type::value,
             "activation: its activation is a function of the program's, which a config cannot name; use a "
             "name such as \"relu\", or put the function into a layer of your own"},
            {"a config without units",
             [config] { layer_from_config(config(R"({"class_name": "Dense", "config": {}})")); }, Type::value,
             "Dense: its config has no \"units\", which must be given"},
            {"a config with a word for a number",
             [config] {
                 layer_from_config(config(R"({"class_name": "Dense", "config": {"units": "many"}})"));
             },
             Type::value, "Dense: \"units\" in its config: Config: an integer was expected, found \"many\""},
            {"a config with an unknown argument",
             [config] {
                 layer_from_config(
                     config(R"({"class_name": "Dense", "config": {"units": 2, "colour": "red"}})"));
             },
             Type::value,
             "Dense: its config has \"colour\": \"red\", which is none of its arguments; leave it out"},
            {"a config with an unknown padding",
             [config] {
                 layer_from_config(
                     config(R"({"class_name": "MaxPooling2D", "config": {"padding": "smae"}})"));
             },
             Type::value,
             "MaxPooling2D: \"padding\" in its config: padding: \"smae\" is not accepted; use \"valid\" or "
             "\"same\""},
            {"a class that nobody knows",
             [config] { layer_from_config(config(R"({"class_name": "Evil", "config": {}})")); }, Type::value,
             "layer: no layer is called \"Evil\"; add one of your own with "
             "register_layer()"},
            {"a config that is no JSON", [config] { config("{\"units\": "); }, Type::format,
             "at byte 9: the text is not JSON: unexpected \"\"units\": \""},
            {"a class of keratin's registered anew",
             [] {
                 register_layer("Dense", [](const Config&) { return std::make_shared<layers::Identity>(); });
             },
             Type::value, "register_layer(): \"Dense\" is keratin's own; choose another name"},
        },
        [dense] { return dense->get_weights(); }};
}

}  // namespace conformance::wrong_use
