#include "support/catch.hpp"

#include <keratin/core/error.hpp>

using namespace keratin;

TEST_CASE("a FormatError says file, offset and reason, together and one by one") {
    const FormatError error("digits.npy", 6, "the version is 9");
    CHECK(error.file() == "digits.npy");
    CHECK(error.offset() == 6);
    CHECK(error.reason() == "the version is 9");
    CHECK(std::string(error.what()) == "digits.npy: at byte 6: the version is 9");
    const FormatError copy = error;
    CHECK(copy.reason() == error.reason());
}

TEST_CASE("what a FormatError does not know, it leaves out") {
    CHECK(std::string(FormatError("a.npy", {}, "is empty").what()) == "a.npy: is empty");
    const FormatError alone("is empty");
    CHECK(alone.file().empty());
    CHECK_FALSE(alone.offset());
    CHECK(std::string(alone.what()) == "is empty");
}
