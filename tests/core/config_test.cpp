#include "support/catch.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>

#include "core/config_reader.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

using namespace keratin;

namespace {

constexpr int64_t most = std::numeric_limits<int64_t>::max();
constexpr int64_t least = std::numeric_limits<int64_t>::min();

std::string nested(int levels) {
    const auto n = static_cast<size_t>(levels);
    return std::string(n, '[') + std::string(n, ']');
}

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

TEST_CASE("What is written as JSON is read back the same", "[core][config]") {
    const char* text =
        GENERATE("null", "true", "0", "-1", "0.1", "1e-300", "123456789012345678", "\"\"", "[]", "{}",
                 R"("quote \" backslash \\ newline \n slash / tab \t")",
                 R"("\u00e9\u4e2d\ud83d\ude00\u0000")", R"({"a":{"b":[{"c":null},[[]],-2.5e10]},"":0})");
    const Config config = Config::from_json(text);
    CHECK(Config::from_json(config.to_json()) == config);
    CHECK(Config::from_json(config.to_json(2)) == config);
    CHECK(config.to_json() == nlohmann::ordered_json::parse(text).dump());
}

TEST_CASE("Numbers keep all their digits in JSON", "[core][config]") {
    for (const int64_t number : {most, least, (int64_t{1} << 53) + 1})
        CHECK(Config::from_json(Config(number).to_json()).as_integer() == number);
    for (const double number : {0.1, 1.0 / 3, 1e308, 5e-324, 1e22, 0.99})
        CHECK(Config::from_json(Config(number).to_json()).as_number() == number);
    CHECK(Config(1.0).to_json() == "1.0");
    CHECK(Config::from_json("9223372036854775808").as_number() == 9223372036854775808.0);  // above int64
    CHECK(Config::from_json("18446744073709551615").is_number());
}

TEST_CASE("JSON is indented on demand", "[core][config]") {
    CHECK(Config::object({{"a", Config::List{1, 2}}}).to_json(2) == "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
}

TEST_CASE("Bytes that are no UTF-8 are replaced, not passed on", "[core][config]") {
    CHECK(Config("a\xff").to_json() == "\"a\xEF\xBF\xBD\"");
}

TEST_CASE("Text that is not JSON is refused with its place", "[core][config][errors][malformed]") {
    const char* text =
        GENERATE("", "{", "[1,", "nul", "{\"a\" 1}", "{'a': 1}", "[1] 2", "01", "1.", "NaN", "-", "\"\\x\"",
                 "\"\xff\"", "[1,]", "{\"a\":1,}", "\"unfinished", "1e999", "// comment");
    INFO(text);
    CHECK_THROWS_AS(Config::from_json(text), FormatError);
}

TEST_CASE("The place of what is not JSON is counted in bytes", "[core][config][errors][malformed]") {
    const auto message = [](const char* text) -> std::string {
        try {
            Config::from_json(text);
            return "";
        } catch (const FormatError& error) {
            return error.what();
        }
    };
    CHECK(message("[1, 2, }") == "at byte 7: the text is not JSON: unexpected \"2, }\"");
    CHECK(message("[1] ]").starts_with("at byte 4: the text is not JSON"));
    CHECK(message("[1, 1e999]") == "at byte 9: the number 1e999 is beyond float64");
    CHECK(message("[-1e999]").ends_with("the number -1e999 is beyond float64"));
    CHECK(message("") == "at byte 0: the text is not JSON: unexpected \"\"");
}

TEST_CASE("JSON may be nested 64 levels deep", "[core][config][errors][malformed]") {
    CHECK(Config::from_json(nested(64)).is_list());
    CHECK_THROWS_AS(Config::from_json(nested(65)), FormatError);
    CHECK_THROWS_AS(Config::from_json(std::string(1'000'000, '[')), FormatError);
    CHECK_THROWS_AS(Config::from_json([] {
                        std::string text;
                        for (int i = 0; i < 100'000; ++i) text += "{\"a\":";
                        return text;
                    }()),
                    FormatError);
}

TEST_CASE("JSON may have half a million values", "[core][config][errors][malformed]") {
    std::string text = "[0";
    for (int i = 1; i < 500'000; ++i) text += ",0";
    CHECK_THROWS_MATCHES(Config::from_json(text + "]"), FormatError,
                         Message("at byte 1000000: the JSON has more than 500000 values"));
    text.resize(text.size() - 2);
    CHECK(Config::from_json(text + "]").as_list().size() == 499'999);
}

TEST_CASE("A name that stands twice in an object is refused", "[core][config][errors][malformed]") {
    CHECK_THROWS_MATCHES(Config::from_json(R"({"a": {"b": 1, "c": 2, "b": 3}})"), FormatError,
                         Message("at byte 29: the JSON names \"b\" twice, in $.a"));
    CHECK(Config::from_json(R"({"a": {"b": 1}, "b": 1})").is_object());
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
