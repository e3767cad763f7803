#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"
#include "support/numbers.hpp"

#include <keratin/constraints/norms.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/optimizers.hpp>

#include <cmath>

using namespace keratin;
using constraints::Constraint;
using constraints::MaxNorm;
using constraints::MinMaxNorm;
using constraints::NonNeg;
using constraints::UnitNorm;
using nlohmann::json;

namespace {

std::shared_ptr<Constraint> make(const json& c) {
    return Constraint::from_config(Config::object({{"class_name", c["constraint"].get<std::string>()},
                                                   {"config", Config::from_json(c["args"].dump())}}));
}

/// Everything to 1.
struct Ones : Constraint {
    Tensor operator()(const Tensor& x) const override { return ones_like(x); }
    std::string class_name() const override { return "AllOnes"; }
};

}  // namespace

TEST_CASE("Constraints are Keras's", "[constraints][golden]") {
    int compared = 0;
    for (const json& c : golden::load("initializers.json")["constraints"]) {
        INFO(c["name"].get<std::string>());
        const auto constraint = make(c);
        const Tensor x = golden::tensor(c["input"]);
        const Tensor y = (*constraint)(x);
        CHECK(y.shape() == x.shape());
        CHECK(y.dtype() == x.dtype());
        CHECK(golden::mismatch(y, c["output"], 1e-6) == "");
        CHECK(constraint->class_name() == c["constraint"].get<std::string>());
        CHECK(constraint->get_config() == Config::from_json(c["config"].dump()));
        const Config node = Config::from_json(c["serialized"].dump());
        CHECK(constraint->serialize() == node);
        CHECK(Constraint::from_config(node)->serialize() == node);
        ++compared;
    }
    CHECK(compared == 17);
}

TEST_CASE("Constraints answer to Keras's names", "[constraints][golden]") {
    int compared = 0;
    for (const json& c : golden::load("initializers.json")["identifiers"]) {
        if (c["kind"] != "constraint") continue;
        INFO(c["identifier"].get<std::string>());
        const auto constraint = Constraint::from_name(c["identifier"].get<std::string>());
        CHECK(constraint->class_name() == c["class"].get<std::string>());
        CHECK(constraint->get_config() == Config::from_json(c["config"].dump()));
        ++compared;
    }
    CHECK(compared == 8);
    CHECK(Constraint::from_config(Config()) == nullptr);
}

TEST_CASE("Norms are measured along the axes that are named", "[constraints]") {
    const Tensor x = Tensor::from({3.0, 0.6, 4.0, 0.8}, {2, 2});
    const auto close = [](const Tensor& got, std::vector<double> expected) {
        return numbers::difference(got, expected) < 1e-6;
    };
    CHECK(close(MaxNorm(2)(x), {1.2, 0.6, 1.6, 0.8}));
    CHECK(close(UnitNorm()(x), {0.6, 0.6, 0.8, 0.8}));
    CHECK(close(UnitNorm({.axis = 1})(x), {3 / std::hypot(3, 0.6), 0.6 / std::hypot(3, 0.6),
                                           4 / std::hypot(4, 0.8), 0.8 / std::hypot(4, 0.8)}));
    const double all = std::sqrt(26);
    CHECK(close(UnitNorm({.axis = {}})(x), {3 / all, 0.6 / all, 4 / all, 0.8 / all}));
    CHECK(close(MinMaxNorm({.min_value = 2, .max_value = 3})(x), {1.8, 1.2, 2.4, 1.6}));
    CHECK(close(MinMaxNorm({.min_value = 2, .max_value = 3, .rate = 0.5})(x), {2.4, 0.9, 3.2, 1.2}));
}

TEST_CASE("A vector of length 0 stays finite", "[constraints]") {
    for (const char* name : {"max_norm", "unit_norm", "min_max_norm", "non_neg"}) {
        INFO(name);
        CHECK(numbers::of((*Constraint::from_name(name))(zeros({3, 2}))) == std::vector<double>(6, 0.0));
        CHECK((*Constraint::from_name(name))(zeros({0, 2})).shape() == Shape{0, 2});
    }
}

TEST_CASE("Axes come back from a config, one, several or all of them", "[constraints]") {
    for (const Axes& axis : {Axes(1), Axes{0, 1, 2}, Axes(-1), Axes()}) {
        const Config node = UnitNorm({.axis = axis}).serialize();
        const auto again = Constraint::from_config(Config::from_json(node.to_json()));
        CHECK(again->serialize() == node);
        CHECK(dynamic_cast<const UnitNorm&>(*again).options.axis.list() == axis.list());
        CHECK(dynamic_cast<const UnitNorm&>(*again).options.axis.all() == axis.all());
    }
    CHECK(Constraint::from_name("unit_norm")->get_config()["axis"] == Config(0));
    CHECK(UnitNorm({.axis = {0, 1}}).get_config()["axis"].to_json() == "[0,1]");
    CHECK(UnitNorm({.axis = 1}).get_config()["axis"].to_json() == "1");
}

TEST_CASE("A constraint holds after every update", "[constraints]") {
    layers::Conv2D conv(2, {.kernel_size = 3,
                            .kernel_constraint = MaxNorm(0.5, {.axis = {0, 1, 2}}),
                            .bias_constraint = "non_neg"});
    Sequential model(conv, layers::Flatten());
    model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.5}), .loss = "mse"});
    for (int step = 0; step < 3; ++step) {
        model.train_on_batch(numbers::distinct({2, 3, 3, 1}, 1, 1.0, float32),
                             Tensor::from({5.f, -5.f, 5.f, -5.f}, {2, 2}));
        const Tensor kernel = conv.kernel.value();
        for (int64_t filter = 0; filter < 2; ++filter) {
            double square = 0;
            for (int64_t tap = 0; tap < 9; ++tap) {
                const double value = kernel.at<float>({tap / 3, tap % 3, 0, filter});
                square += value * value;
            }
            CHECK(std::sqrt(square) <= 0.5 + 1e-6);
        }
        CHECK(conv.bias.value().at<float>({0}) > 0);
        CHECK(conv.bias.value().at<float>({1}) == 0);
    }
}

TEST_CASE("Constraints say what is wrong with their arguments", "[constraints][errors]") {
    CHECK_THROWS_MATCHES(MaxNorm(-1), ValueError,
                         Message("MaxNorm: max_value is -1; it must not be negative"));
    CHECK_THROWS_MATCHES(
        MinMaxNorm({.min_value = 2, .max_value = 1}), ValueError,
        Message("MinMaxNorm: [2, 1] is no range of lengths; 0 <= min_value <= max_value is expected"));
    CHECK_THROWS_MATCHES(
        MinMaxNorm({.min_value = -1}), ValueError,
        Message("MinMaxNorm: [-1, 1] is no range of lengths; 0 <= min_value <= max_value is expected"));
    CHECK_THROWS_MATCHES(MinMaxNorm({.rate = 1.5}), ValueError,
                         Message("MinMaxNorm: rate is 1.5; it must be within [0, 1]"));
    CHECK_THROWS_AS(UnitNorm({.axis = 3})(zeros({2, 2})), ShapeError);
    CHECK_THROWS_MATCHES(
        Constraint::from_name("norm"), ValueError,
        Message("constraint: no constraint is called \"norm\"; near it: \"max_norm\", \"unit_norm\", "
                "\"min_max_norm\"; add one of your own with Constraint::register_class()"));
    CHECK_THROWS_MATCHES(
        Constraint::from_config(
            Config::object({{"class_name", "NonNeg"}, {"config", Config::object({{"axis", 1}})}})),
        ValueError,
        Message("NonNeg: its config has \"axis\": 1, which is none of its arguments; leave it "
                "out"));
}

TEST_CASE("A constraint of the program's comes back from a config once it is registered", "[constraints]") {
    CHECK_THROWS_AS(Constraint::from_config(Ones().serialize()), ValueError);
    Constraint::register_class("AllOnes", [](const Config&) { return std::make_shared<Ones>(); });
    CHECK(Constraint::from_config(Ones().serialize())->class_name() == "AllOnes");
    CHECK(ConstraintHandle("AllOnes")->class_name() == "AllOnes");
}
