#include "support/catch.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>

#include "core/config_reader.hpp"

#include <cmath>
#include <limits>

using namespace keratin;

namespace {

constexpr int64_t most = std::numeric_limits<int64_t>::max();

}  // namespace

TEST_CASE("A config holds each kind of value that JSON knows", "[core][config]") {
    CHECK(Config().is_null());
    CHECK(Config(nullptr).is_null());
    CHECK(Config(true).as_bool());
    CHECK(Config(7).as_integer() == 7);
    CHECK(Config(uint8_t{7}).is_integer());
    CHECK(Config(2.5f).as_number() == 2.5);
    CHECK(Config("text").as_string() == "text");
    CHECK(Config(std::string_view("text")).as_string() == "text");
    CHECK(Config(Config::List{1, "two", nullptr}).as_list().size() == 3);
    CHECK(Config(Size2(3, 4)).to_json() == "[3,4]");
    CHECK(Config(Shape{Shape::unknown, 28, 1}).to_json() == "[null,28,1]");
    CHECK(Config(Shape{}).to_json() == "[]");
    CHECK(Config::object().is_object());
    CHECK(Config::object().members().empty());
    CHECK_FALSE(Config(true).is_number());
    CHECK(Config(1).is_number());
    CHECK_FALSE(Config(1.0).is_integer());
}

TEST_CASE("Numbers are read as what they are good for", "[core][config]") {
    CHECK(Config(3).as_number() == 3.0);
    CHECK(Config(3.0).as_integer() == 3);
    CHECK(Config(-0.0).as_integer() == 0);
    CHECK(Config(most).as_integer() == most);
    CHECK(Config(Config::List{2, 3}).as_size2() == Size2(2, 3));
    CHECK(Config(5).as_size2() == Size2(5));
    CHECK(Config::from_json("[null, 3, -1]").as_shape() == Shape{Shape::unknown, 3, Shape::unknown});
    for (const double number : {0.5, 1e300, -1e16, std::nan(""), std::numeric_limits<double>::infinity()})
        CHECK_THROWS_AS(Config(number).as_integer(), ValueError);
}

TEST_CASE("A value of another kind is named", "[core][config][errors][malformed]") {
    const auto check = [](const auto& read, const char* text) {
        CHECK_THROWS_MATCHES(read(), ValueError, Message(text));
    };
    check([] { Config("yes").as_bool(); }, "Config: true or false was expected, found \"yes\"");
    check([] { Config(1.5).as_integer(); }, "Config: an integer was expected, found 1.5");
    check([] { Config(true).as_number(); }, "Config: a number was expected, found true");
    check([] { Config().as_string(); }, "Config: a string was expected, found null");
    check(
        [] {
            Config::object({{"a", 1}}).as_list();
        },
        "Config: a list was expected, found an object of 1 members");
    check(
        [] {
            Config(Config::List{1, 2, 3}).members();
        },
        "Config: an object was expected, found a list of 3");
    check([] { Config(Config::List{1}).as_size2(); },
          "Config: a number or a list of two was expected, found a list of 1");
    check([] { Config("x").as_size2(); }, "Config: a number or a list of two was expected, found \"x\"");
    check([] { Config(3).as_shape(); }, "Config: a list was expected, found 3");
    check([] { Config(3).find("a"); }, "Config: an object was expected, found 3");
    check([] { Config(3).set("a", 1); }, "Config: an object was expected, found 3");
    check([] { Config(3).append(1); }, "Config: a list was expected, found 3");
    CHECK_THROWS_AS(Config(Config::List{-2}).as_shape(), ShapeError);
}

TEST_CASE("An object keeps the order of its members", "[core][config]") {
    Config config;
    config.set("z", 1).set("a", 2).set("m", Config::object({{"inner", true}}));
    CHECK(config.to_json() == R"({"z":1,"a":2,"m":{"inner":true}})");
    config.set("a", "changed");  // in place
    CHECK(config.to_json() == R"({"z":1,"a":"changed","m":{"inner":true}})");
    CHECK(config["m"]["inner"].as_bool());
    CHECK(config.find("b") == nullptr);
    CHECK(Config::object({{"a", 1}, {"a", 2}}).to_json() == R"({"a":2})");
    CHECK_THROWS_MATCHES(config["b"], ValueError, Message("Config: no member \"b\"; there are: z, a, m"));
    CHECK_THROWS_MATCHES(Config::object()["b"], ValueError,
                         Message("Config: no member \"b\"; there are: none"));
}

TEST_CASE("A list grows", "[core][config]") {
    Config list;
    list.append(1).append(Config()).append("x");
    CHECK(list.to_json() == "[1,null,\"x\"]");
}

TEST_CASE("Configs are equal when they mean the same", "[core][config]") {
    const auto json = [](const char* text) { return Config::from_json(text); };
    CHECK(json(R"({"a": 1, "b": [1, 2.0]})") == json(R"({"b": [1.0, 2], "a": 1})"));
    CHECK_FALSE(json(R"({"a": 1})") == json(R"({"a": 1, "b": null})"));
    CHECK_FALSE(json(R"({"a": 1})") == json(R"({"b": 1})"));
    CHECK_FALSE(json("[1, 2]") == json("[2, 1]"));
    CHECK_FALSE(json("1") == json("true"));
    CHECK_FALSE(json("null") == json("false"));
    CHECK_FALSE(json("\"1\"") == json("1"));
    CHECK(Config() == json("null"));
}

TEST_CASE("A reader takes members one by one, nulls as if they were absent", "[core][config]") {
    const Config config =
        Config::from_json(R"({"rate": 0.5, "name": "x", "on": true, "units": 3, "seed": null})");
    ConfigReader reader(config, "Owner");
    CHECK(reader.number("rate", 1) == 0.5);
    CHECK(reader.text("name", "") == "x");
    CHECK(reader.flag("on", false));
    CHECK(reader.integer("units", 1) == 3);
    CHECK(reader.integer("absent", 7) == 7);
    CHECK(reader.find("seed") == nullptr);
    CHECK_FALSE(reader.seed());
    CHECK(reader.require("units") == Config(3));
    reader.only("format", "channels_last");
    reader.finish();

    ConfigReader nothing((Config()), "Owner");
    CHECK(nothing.flag("on", true));
    nothing.finish();
}

TEST_CASE("A reader names its owner, the member and what is wrong", "[core][config][errors][malformed]") {
    const auto check = [](const char* config, const auto& read, const char* text) {
        const Config value = Config::from_json(config);
        CHECK_THROWS_MATCHES(
            [&] {
                ConfigReader reader(value, "Owner");
                read(reader);
            }(),
            ValueError, Message(text));
    };
    check(
        "{}", [](ConfigReader& r) { r.require("units"); },
        "Owner: its config has no \"units\", which must be given");
    check(R"({"units": null})", [](ConfigReader& r) { r.require("units"); },
          "Owner: its config has no \"units\", which must be given");
    check(R"({"on": 1})", [](ConfigReader& r) { r.flag("on", false); },
          "Owner: \"on\" in its config: Config: true or false was expected, found 1");
    check(R"({"seed": {"config": {}}})", [](ConfigReader& r) { r.seed(); },
          "Owner: \"seed\" in its config: Config: no member \"seed\"; there are: none");
    check(R"({"format": "first"})", [](ConfigReader& r) { r.only("format", "last"); },
          "Owner: its config has \"format\": \"first\", keratin offers \"last\" only");
    check(R"({"a": null, "b": false, "c": [], "d": {}, "e": 0})", [](ConfigReader& r) { r.finish(); },
          "Owner: its config has \"e\": 0, which is none of its arguments; leave it out");
    check(
        "[1]", [](ConfigReader&) {}, "Owner: its config is [1], an object was expected");
}
