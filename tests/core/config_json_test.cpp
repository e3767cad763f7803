#include "support/catch.hpp"

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>

#include <nlohmann/json.hpp>

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
