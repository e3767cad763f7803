#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/activation.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Activation;

TEST_CASE("Activation passes the conformance routine of every layer", "[layers][activation]") {
    const std::string_view name = GENERATE(from_range(ActivationFunction::names));
    if (name == "custom") return;
    INFO(name);
    check_layer<Activation>([&] { return Activation(activation(name)); },
                            {.default_name = "activation", .input = {2, 3, 4}, .output = {2, 3, 4}});
}

TEST_CASE("Activation is its function, written by name or as a lambda", "[layers][activation]") {
    const Tensor x = numbers::distinct({2, 3}, 1, 2.0, float32);
    CHECK(numbers::of(Activation("tanh")(x)) == numbers::of(tanh(x)));
    CHECK(numbers::of(Activation([](const Tensor& t) { return t * t; })(x)) == numbers::of(x * x));
    CHECK(Activation("linear")(x).same_buffer(x));
    CHECK(Activation("relu").activation == ActivationFunction("relu"));
}

TEST_CASE("Activation reads an activation as Keras writes it, a name or a node", "[layers][activation]") {
    const auto name = [](const char* written) {
        const auto layer = layer_from_config(
            Config::object({{"class_name", "Activation"},
                            {"config", Config::object({{"activation", Config::from_json(written)}})}}));
        return layer->get_config()["activation"].as_string();
    };
    CHECK(name("\"relu\"") == "relu");
    CHECK(name(R"({"module": "builtins", "class_name": "function", "config": "gelu",
                   "registered_name": "function"})") == "gelu");
    CHECK_THROWS_MATCHES(name("null"), ValueError,
                         Message("Activation: its config has no \"activation\", which must be given"));
    CHECK_THROWS_AS(name("\"rleu\""), ValueError);
}

TEST_CASE("Activation says what it does not take", "[layers][activation][errors]") {
    CHECK_THROWS_MATCHES(Activation("relu", {.name = "a"})(zeros({2}, int32)), DTypeError,
                         Message("a: input is int32; cast() it to float32, or put a layers::Rescaling(1. / "
                                 "255) before the layer"));
    CHECK_THROWS_MATCHES(
        serialize(Activation([](const Tensor& t) { return t; }, {.name = "a"})), ValueError,
        Message("a: its activation is a function of the program's, which a config cannot name; use a name "
                "such as \"relu\", or put the function into a layer of your own"));
}
