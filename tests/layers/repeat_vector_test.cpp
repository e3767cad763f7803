#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/repeat_vector.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::RepeatVector;

TEST_CASE("RepeatVector passes the conformance routine of every layer", "[layers][repeat_vector]") {
    SECTION("three times") {
        check_layer<RepeatVector>([] { return RepeatVector(3); },
                                  {.default_name = "repeat_vector", .input = {2, 4}, .output = {2, 3, 4}});
    }
    SECTION("once") {
        check_layer<RepeatVector>([] { return RepeatVector(1); },
                                  {.default_name = "repeat_vector", .input = {3, 2}, .output = {3, 1, 2}});
    }
}

TEST_CASE("RepeatVector says what does not fit", "[layers][repeat_vector][errors]") {
    CHECK_THROWS_MATCHES(RepeatVector(0, {.name = "l"}), ValueError,
                         Message("l: n is 0; it must be at least 1"));
    const auto layer = RepeatVector(2, {.name = "l"});
    CHECK_THROWS_MATCHES(layer(zeros({2, 3, 1})), ShapeError,
                         Message("l: input has shape (2, 3, 1); (batch, features) is needed"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({2, 3, 1}), ShapeError,
                         Message("l: input has shape (2, 3, 1); (batch, features) is needed"));
}
