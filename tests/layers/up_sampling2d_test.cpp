#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/up_sampling2d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::UpSampling2D;

TEST_CASE("UpSampling2D passes the conformance routine of every layer", "[layers][up_sampling2d]") {
    SECTION("by default") {
        check_layer<UpSampling2D>(
            [] { return UpSampling2D(); },
            {.default_name = "up_sampling2d", .input = {2, 2, 3, 2}, .output = {2, 4, 6, 2}});
    }
    SECTION("bilinear") {
        check_layer<UpSampling2D>(
            [] {
                return UpSampling2D({2, 3}, {.interpolation = "bilinear"});
            },
            {.default_name = "up_sampling2d", .input = {2, 3, 2, 2}, .output = {2, 6, 6, 2}});
    }
}

TEST_CASE("UpSampling2D says what does not fit", "[layers][up_sampling2d][errors]") {
    CHECK_THROWS_MATCHES(UpSampling2D({0, 2}, {.name = "l"}), ValueError,
                         Message("l: size is (0, 2); both sides must be at least 1"));
    const auto layer = UpSampling2D(2, {.name = "l"});
    CHECK_THROWS_MATCHES(layer(zeros({4, 4, 1})), ShapeError,
                         Message("l: input has shape (4, 4, 1); (batch, height, width, channels) is needed"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({4, 4, 1}), ShapeError,
                         Message("l: input has shape (4, 4, 1); (batch, height, width, channels) is needed"));
    CHECK_THROWS_MATCHES(
        layer(zeros({1, 0, 4, 1})), ShapeError,
        Message("l: input of shape (1, 0, 4, 1) has no pixels; height and width must be at least 1"));
    CHECK_THROWS_MATCHES(
        layer.compute_output_shape({1, 0, 4, 1}), ShapeError,
        Message("l: input of shape (1, 0, 4, 1) has no pixels; height and width must be at least 1"));
    CHECK_THROWS_AS(UpSampling2D::from_config(Config::object({{"interpolation", "bicubic"}})), ValueError);
}
