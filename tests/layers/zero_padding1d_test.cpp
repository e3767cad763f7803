#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/zero_padding1d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::ZeroPadding1D;

TEST_CASE("ZeroPadding1D passes the conformance routine of every layer", "[layers][zero_padding1d]") {
    SECTION("by default") {
        check_layer<ZeroPadding1D>(
            [] { return ZeroPadding1D(); },
            {.default_name = "zero_padding1d", .input = {2, 3, 2}, .output = {2, 5, 2}});
    }
    SECTION("uneven") {
        check_layer<ZeroPadding1D>(
            [] {
                return ZeroPadding1D({0, 2});
            },
            {.default_name = "zero_padding1d", .input = {2, 3, 2}, .output = {2, 5, 2}});
    }
}

TEST_CASE("ZeroPadding1D says what does not fit", "[layers][zero_padding1d][errors]") {
    CHECK_THROWS_MATCHES(ZeroPadding1D(-1, {.name = "l"}), ValueError,
                         Message("l: padding (-1, -1) must not be negative"));
    const auto layer = ZeroPadding1D(1, {.name = "l"});
    CHECK_THROWS_MATCHES(layer(zeros({2, 5})), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({2, 5}), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(
        ZeroPadding1D({INT64_MAX, 0}, {.name = "l"}).compute_output_shape({1, 2, 3}), ShapeError,
        Message("l: padding (9223372036854775807, 0) of input (1, 2, 3) is more than memory can "
                "hold; use less"));
}
