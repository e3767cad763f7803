#include "support/catch.hpp"

#include <keratin/core/word.hpp>

using namespace keratin;

namespace {

constexpr std::array<std::string_view, 3> side_words = {"left", "right", "both"};
using Side = Word<side_words>;

}  // namespace

TEST_CASE("A Word is one of its list", "[core][word]") {
    constexpr Side side = "right";
    CHECK(side.text() == "right");
    CHECK(side.is("right"));
    CHECK_FALSE(side.is("left"));
    CHECK(Side::named("both") == Side("both"));
    CHECK_FALSE(Side::named("both") == side);
}

TEST_CASE("A word that is none of the list is named with those that are", "[core][word][errors]") {
    CHECK_THROWS_MATCHES(Side::named("top"), ValueError,
                         Message("\"top\" is not accepted; use \"left\", \"right\" or \"both\""));
}
