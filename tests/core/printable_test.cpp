#include "support/catch.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/printable.hpp>

using namespace keratin;

TEST_CASE("Texts out of files give no orders to a terminal") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", ""},
        {"layers/conv2d \\ \"x\"", "layers/conv2d \\ \"x\""},
        {"gr\u00fc\u00dfe \u65e5\u672c \U0001F600", "gr\u00fc\u00dfe \u65e5\u672c \U0001F600"},
        {"\x1b[2J\a\r\n\t\x7f", R"(\x1B[2J\x07\x0D\x0A\x09\x7F)"},
        {std::string("a\0b", 3), R"(a\x00b)"},
        {"\u0080\u009b31m\u00a0", "\\xC2\\x80\\xC2\\x9B31m\u00a0"},
        {"\x9b\xff", R"(\x9B\xFF)"},                                          // no UTF-8
        {"\xc1\x9b\xe0\x82\x9b", R"(\xC1\x9B\xE0\x82\x9B)"},                  // longer than need be
        {"\xed\xa0\x80\xf4\x90\x80\x80", R"(\xED\xA0\x80\xF4\x90\x80\x80)"},  // no characters
        {"\xe6\x97", R"(\xE6\x97)"}};                                         // cut off
    for (const auto& [text, wanted] : cases) CHECK(printable(text) == wanted);
}

TEST_CASE("What a FormatError says can be printed") {
    const FormatError error("x.h5: \x1b[31m", 6, "the name \"\x1b]0;title\a\" is there twice");
    CHECK(error.file() == "x.h5: \x1b[31m");  // as it was given
    CHECK(error.reason() == R"(the name "\x1B]0;title\x07" is there twice)");
    CHECK(std::string(error.what()) ==
          R"(x.h5: \x1B[31m: at byte 6: the name "\x1B]0;title\x07" is there twice)");
}
