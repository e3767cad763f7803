#include "support/catch.hpp"
#include "support/golden_match.hpp"
#include "support/golden_tensor.hpp"
#include "support/numbers.hpp"

#include <keratin/core/random.hpp>
#include <keratin/initializers/initializer.hpp>
#include <keratin/initializers/variance_scaling.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace keratin;
using initializers::Initializer;
using nlohmann::json;

namespace {

Config config_of(const json& value) {
    return Config::from_json(value.dump());
}

std::shared_ptr<Initializer> make(const std::string& name, json args) {
    return Initializer::from_config(Config::object({{"class_name", name}, {"config", config_of(args)}}));
}

Shape shape_of(const json& c) {
    return Shape(c["shape"].get<std::vector<int64_t>>());
}

/// What a golden case says its numbers are drawn from, drawn from.
Tensor drawn(const json& c, uint64_t seed) {
    const std::string distribution = c["distribution"];
    if (distribution == "uniform")
        return random::uniform(
            shape_of(c),
            {.minval = golden::value(c["minval"]), .maxval = golden::value(c["maxval"]), .seed = seed});
    const random::NormalOptions options = {
        .mean = golden::value(c["mean"]), .stddev = golden::value(c["stddev"]), .seed = seed};
    return distribution == "normal" ? random::normal(shape_of(c), options)
                                    : random::truncated_normal(shape_of(c), options);
}

struct Statistics {
    double mean, stddev, kurtosis, min, max;
};

Statistics statistics(const std::vector<double>& x) {
    const double n = static_cast<double>(x.size());
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
    double second = 0, fourth = 0;
    for (const double value : x) {
        const double square = (value - mean) * (value - mean);
        second += square / n;
        fourth += square * square / n;
    }
    return {mean, std::sqrt(second), fourth / (second * second), *std::min_element(x.begin(), x.end()),
            *std::max_element(x.begin(), x.end())};
}

}  // namespace

TEST_CASE("Initializers draw from Keras's distributions", "[initializers][golden]") {
    int compared = 0;
    for (const json& c : golden::load("initializers.json")["random"]) {
        INFO(c["name"].get<std::string>());
        json args = c["args"];
        args["seed"] = 17;
        const Tensor values = (*make(c["initializer"], args))(shape_of(c));
        CHECK(values.shape() == shape_of(c));
        CHECK(values.dtype() == float32);
        CHECK(numbers::difference(values, drawn(c, 17)) < 1e-6);
        const initializers::Fans fans = initializers::fans(shape_of(c));
        CHECK(fans.in == c["fan_in"].get<double>());
        CHECK(fans.out == c["fan_out"].get<double>());
        ++compared;
    }
    CHECK(compared == 132);
}

TEST_CASE("200 000 numbers are spread as Keras's", "[initializers][golden]") {
    int compared = 0;
    for (const json& c : golden::load("initializers.json")["samples"]) {
        if (c.contains("product")) continue;
        INFO(c["name"].get<std::string>());
        const Statistics got =
            statistics(numbers::of((*make(c["name"], {{"seed", 3}}))(shape_of(c), float64)));
        const double stddev = golden::value(c["stddev"]);
        CHECK(got.mean == Approx(golden::value(c["mean"])).margin(0.01 * stddev));
        CHECK(got.stddev == Approx(stddev).epsilon(0.01));
        CHECK(got.kurtosis == Approx(golden::value(c["kurtosis"])).epsilon(0.02));
        // The tails of a normal distribution end where chance will have it, the others' at their limits.
        const bool open_ended = c["name"] == "RandomNormal";
        CHECK(got.min == Approx(golden::value(c["min"])).epsilon(open_ended ? 0.2 : 1e-3));
        CHECK(got.max == Approx(golden::value(c["max"])).epsilon(open_ended ? 0.2 : 1e-3));
        ++compared;
    }
    CHECK(compared == 9);
}

TEST_CASE("Initializers have Keras's configs and come back from them", "[initializers][golden]") {
    for (const json& c : golden::load("initializers.json")["configs"]) {
        INFO(c["name"].get<std::string>());
        const auto initializer = make(c["initializer"], c["args"]);
        CHECK(initializer->get_config() == config_of(c["config"]));
        CHECK(initializer->serialize() == config_of(c["serialized"]));
        const auto again = Initializer::from_config(config_of(c["serialized"]));
        CHECK(again->class_name() == c["initializer"].get<std::string>());
        CHECK(again->get_config() == initializer->get_config());
    }
}

TEST_CASE("Initializers without chance give Keras's values", "[initializers][golden]") {
    for (const json& c : golden::load("initializers.json")["constants"]) {
        INFO(c["name"].get<std::string>());
        const auto initializer = make(c["initializer"], c["args"]);
        CHECK(golden::mismatch((*initializer)({2, 3}), c["value"], 0, 0) == "");
        const Tensor wide = (*initializer)({2, 3}, float64);
        CHECK(wide.dtype() == float64);
        CHECK(golden::mismatch(wide, c["value"], 0, 0) == "");
        CHECK((*initializer)({0, 3}).shape() == Shape{0, 3});
    }
}

TEST_CASE("Initializers answer to Keras's names", "[initializers][golden]") {
    int compared = 0;
    for (const json& c : golden::load("initializers.json")["identifiers"]) {
        const std::string name = c["identifier"];
        // Keras refuses "constant"; here it is 0, as Constant() is.
        if (c["kind"] != "initializer" || name == "constant") continue;
        INFO(name);
        const auto initializer = Initializer::from_name(name);
        CHECK(initializer->class_name() == c["class"].get<std::string>());
        // Keras's Identity leaves its gain out of its config.
        if (name != "identity") CHECK(initializer->get_config() == config_of(c["config"]));
        ++compared;
    }
    CHECK(compared == 22);
}

TEST_CASE("Orthogonal rows or columns are as in Keras", "[initializers][golden]") {
    int compared = 0;
    for (const json& c : golden::load("initializers.json")["samples"]) {
        if (!c.contains("product")) continue;
        INFO(c["name"].get<std::string>());
        const Tensor values = (*make("Orthogonal", {{"gain", 2.0}, {"seed", 1}}))(shape_of(c));
        const int64_t cols = values.shape().back(), rows = values.size() / cols;
        const std::vector<double> x = numbers::of(values);
        const int64_t n = std::min(rows, cols);
        std::vector<double> product(static_cast<size_t>(n * n));
        for (int64_t i = 0; i < n; ++i)
            for (int64_t j = 0; j < n; ++j)
                for (int64_t k = 0; k < std::max(rows, cols); ++k) {
                    const auto at = [&](int64_t a) {
                        return x[static_cast<size_t>(rows < cols ? a * cols + k : k * cols + a)];
                    };
                    product[static_cast<size_t>(i * n + j)] += at(i) * at(j);
                }
        CHECK(numbers::difference(product, golden::values(c["product"])) < 1e-5);
        ++compared;
    }
    CHECK(compared == 3);
}
