#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/cropping2d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Cropping2D;

TEST_CASE("Cropping2D passes the conformance routine of every layer", "[layers][cropping2d]") {
    SECTION("by default") {
        check_layer<Cropping2D>(
            [] { return Cropping2D(); },
            {.default_name = "cropping2d", .input = {2, 3, 4, 2}, .output = {2, 3, 4, 2}});
    }
    SECTION("uneven") {
        check_layer<Cropping2D>(
            [] {
                return Cropping2D({0, 1}, {2, 0});
            },
            {.default_name = "cropping2d", .input = {2, 3, 4, 2}, .output = {2, 2, 2, 2}});
    }
}

TEST_CASE("Cropping2D says what does not fit", "[layers][cropping2d][errors]") {
    CHECK_THROWS_MATCHES(Cropping2D({1, -1}, {0, 0}, {.name = "l"}), ValueError,
                         Message("l: cropping ((1, -1), (0, 0)) must not be negative"));
    const auto layer = Cropping2D({2, 1}, {.name = "l"});
    CHECK_THROWS_MATCHES(layer(zeros({4, 4, 1})), ShapeError,
                         Message("l: input has shape (4, 4, 1); (batch, height, width, channels) is needed"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({4, 4, 1}), ShapeError,
                         Message("l: input has shape (4, 4, 1); (batch, height, width, channels) is needed"));
    CHECK_THROWS_MATCHES(
        layer(zeros({1, 4, 4, 1})), ShapeError,
        Message("l: cropping (2, 2) leaves nothing of the 4 there are in input (1, 4, 4, 1); use less"));
    CHECK_THROWS_MATCHES(
        layer.compute_output_shape({1, 4, 4, 1}), ShapeError,
        Message("l: cropping (2, 2) leaves nothing of the 4 there are in input (1, 4, 4, 1); use less"));
}
