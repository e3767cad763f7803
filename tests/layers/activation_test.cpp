#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/activation.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::Activation;

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
