#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/regularizers/penalties.hpp>

#include <cmath>

using namespace keratin;
using nlohmann::json;
using regularizers::L1;
using regularizers::L1L2;
using regularizers::L2;
using regularizers::Regularizer;

namespace {

/// Keras rounds the factors of a config to float32; NumPy's text of them has many digits.
void check_config(const Config& got, const json& expected) {
    REQUIRE(got.members().size() == expected.size());
    for (const auto& [key, value] : expected.items())
        CHECK(got[key].as_number() == Approx(golden::value(value)).epsilon(1e-7));
}

std::shared_ptr<Regularizer> make(const json& c) {
    return Regularizer::from_config(Config::object({{"class_name", c["regularizer"].get<std::string>()},
                                                    {"config", Config::from_json(c["args"].dump())}}));
}

/// The largest magnitude.
struct Peak : Regularizer {
    Tensor operator()(const Tensor& x) const override { return reduce_max(x); }
    std::string class_name() const override { return "Peak"; }
};

}  // namespace

TEST_CASE("Penalties and their gradients are Keras's", "[regularizers][golden]") {
    int compared = 0;
    for (const json& c : golden::load("initializers.json")["regularizers"]) {
        if (c["regularizer"] == "OrthogonalRegularizer") continue;  // not offered
        INFO(c["name"].get<std::string>());
        const auto regularizer = make(c);
        const Tensor x = golden::tensor(c["input"]);
        GradientTape tape;
        tape.watch(x);
        const Tensor penalty = (*regularizer)(x);
        CHECK(penalty.shape() == Shape{});
        CHECK(golden::mismatch(penalty, c["value"], 1e-6) == "");
        CHECK(golden::mismatch(tape.gradient(penalty, x, {.unconnected_as_zeros = true}), c["gradient"],
                               1e-6) == "");
        check_config(regularizer->get_config(), c["config"]);
        CHECK(regularizer->class_name() == c["regularizer"].get<std::string>());
        ++compared;
    }
    CHECK(compared == 24);
}

TEST_CASE("Regularizers come back from their configs, as Keras writes them", "[regularizers]") {
    for (const json& c : golden::load("initializers.json")["regularizers"]) {
        if (c["regularizer"] == "OrthogonalRegularizer") continue;
        INFO(c["name"].get<std::string>());
        const auto regularizer = Regularizer::from_config(Config::from_json(c["serialized"].dump()));
        const Config node = regularizer->serialize();
        CHECK(node == Config::from_json(c["serialized"].dump()));
        CHECK(Regularizer::from_config(Config::from_json(node.to_json()))->serialize() == node);
    }
    CHECK(Regularizer::from_config(Config()) == nullptr);
}

TEST_CASE("Regularizers answer to Keras's names", "[regularizers][golden]") {
    int compared = 0;
    for (const json& c : golden::load("initializers.json")["identifiers"]) {
        const std::string name = c["identifier"];
        // Keras has "orthogonal_regularizer" and no longer "l1_l2".
        if (c["kind"] != "regularizer" || name == "orthogonal_regularizer" || c["class"].is_null()) continue;
        INFO(name);
        const auto regularizer = Regularizer::from_name(name);
        CHECK(regularizer->class_name() == c["class"].get<std::string>());
        check_config(regularizer->get_config(), c["config"]);
        ++compared;
    }
    CHECK(compared == 5);
    const auto both = Regularizer::from_name("l1_l2");
    CHECK(both->get_config() == Config::object({{"l1", 0.01}, {"l2", 0.01}}));
    CHECK(both->serialize()["class_name"] == Config("L1L2"));
}

TEST_CASE("L2 has no half in it", "[regularizers]") {
    const Tensor w = Tensor::from({3.f, 4.f});
    CHECK(L2(0.1)(w).item<double>() == Approx(2.5));
    CHECK(L1(0.1)(w).item<double>() == Approx(0.7));
    CHECK(L1L2({.l1 = 0.1, .l2 = 0.1})(w).item<double>() == Approx(3.2));
    CHECK(L1L2()(w).item<double>() == 0);
}

TEST_CASE("Penalties keep the dtype and take every shape", "[regularizers]") {
    for (const DType dtype : {float32, float64})
        for (const Shape& shape : {Shape{}, Shape{0, 3}, Shape{2, 3, 4, 5}}) {
            const Tensor penalty = L1L2({.l1 = 1, .l2 = 2})(ones(shape, dtype));
            CHECK(penalty.dtype() == dtype);
            CHECK(penalty.item<double>() == Approx(3.0 * static_cast<double>(shape.size())));
        }
}

TEST_CASE("Penalties' gradients agree with central differences", "[regularizers][gradients]") {
    const Tensor x = numbers::distinct({3, 4}, 1);
    CHECK(check_gradients([](const Tensor& w) { return L1(0.3)(w); }, {x}));
    CHECK(check_gradients([](const Tensor& w) { return L2(0.3)(w); }, {x}));
    CHECK(check_gradients([](const Tensor& w) { return L1L2({.l1 = 0.2, .l2 = 0.3})(w); }, {x}));
}

TEST_CASE("Regularizers say what is wrong with their arguments", "[regularizers][errors]") {
    CHECK_THROWS_MATCHES(L1(-0.1), ValueError,
                         Message("L1: l1 is -0.1; it must be a number that is not negative"));
    CHECK_THROWS_MATCHES(L2(std::nan("")), ValueError,
                         Message("L2: l2 is nan; it must be a number that is not negative"));
    CHECK_THROWS_MATCHES(L1L2({.l1 = 0, .l2 = INFINITY}), ValueError,
                         Message("L1L2: l2 is inf; it must be a number that is not negative"));
    CHECK_THROWS_MATCHES(Regularizer::from_name("l3"), ValueError,
                         Message("regularizer: no regularizer is called \"l3\"; near it: \"l1\", \"l2\"; add "
                                 "one of your own with Regularizer::register_class()"));
    CHECK_THROWS_MATCHES(
        Regularizer::from_config(
            Config::object({{"class_name", "L2"}, {"config", Config::object({{"l", 0.1}})}})),
        ValueError, Message("L2: its config has \"l\": 0.1, which is none of its arguments; leave it out"));
}

TEST_CASE("A regularizer of the program's comes back from a config once it is registered", "[regularizers]") {
    const Config node = Peak().serialize();
    CHECK_THROWS_AS(Regularizer::from_config(node), ValueError);
    Regularizer::register_class("Peak", [](const Config&) { return std::make_shared<Peak>(); });
    CHECK((*Regularizer::from_config(Peak().serialize()))(Tensor::from({1.f, 5.f})).item<double>() == 5);
    CHECK(RegularizerHandle("Peak")->class_name() == "Peak");
}
