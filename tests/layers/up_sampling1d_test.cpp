#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/up_sampling1d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::UpSampling1D;

TEST_CASE("UpSampling1D passes the conformance routine of every layer", "[layers][up_sampling1d]") {
    SECTION("by default") {
        check_layer<UpSampling1D>([] { return UpSampling1D(); },
                                  {.default_name = "up_sampling1d", .input = {2, 3, 2}, .output = {2, 6, 2}});
    }
    SECTION("three times") {
        check_layer<UpSampling1D>([] { return UpSampling1D(3); },
                                  {.default_name = "up_sampling1d", .input = {2, 2, 2}, .output = {2, 6, 2}});
    }
}

TEST_CASE("UpSampling1D says what does not fit", "[layers][up_sampling1d][errors]") {
    CHECK_THROWS_MATCHES(UpSampling1D(0, {.name = "l"}), ValueError,
                         Message("l: size is 0; it must be at least 1"));
    const auto layer = UpSampling1D(2, {.name = "l"});
    CHECK_THROWS_MATCHES(layer(zeros({2, 5})), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({2, 5}), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(
        UpSampling1D(INT64_MAX, {.name = "l"}).compute_output_shape({1, 2, 3}), ShapeError,
        Message("l: 9223372036854775807 times input (1, 2, 3) is more than memory can hold; use "
                "less"));
}
