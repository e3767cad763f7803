#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/max_pooling1d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::MaxPooling1D;

TEST_CASE("MaxPooling1D passes the conformance routine of every layer", "[layers][max_pooling1d]") {
    SECTION("by default") {
        check_layer<MaxPooling1D>([] { return MaxPooling1D(); },
                                  {.default_name = "max_pooling1d", .input = {2, 5, 3}, .output = {2, 2, 3}});
    }
    SECTION("overlapping, same") {
        check_layer<MaxPooling1D>([] { return MaxPooling1D(3, {.strides = 2, .padding = "same"}); },
                                  {.default_name = "max_pooling1d", .input = {2, 6, 2}, .output = {2, 3, 2}});
    }
}

TEST_CASE("MaxPooling1D says what does not fit", "[layers][max_pooling1d][errors]") {
    CHECK_THROWS_MATCHES(MaxPooling1D(0, {.name = "l"}), ValueError,
                         Message("l: pool_size is 0; it must be at least 1"));
    CHECK_THROWS_MATCHES(MaxPooling1D(2, {.strides = 0, .name = "l"}), ValueError,
                         Message("l: strides is 0; it must be at least 1"));
    const auto layer = MaxPooling1D(3, {.name = "l"});
    CHECK_THROWS_MATCHES(layer(zeros({2, 5})), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({2, 5}), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(layer(zeros({1, 0, 2})), ShapeError,
                         Message("l: input of shape (1, 0, 2) has no steps; there must be at least 1"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({1, 0, 2}), ShapeError,
                         Message("l: input of shape (1, 0, 2) has no steps; there must be at least 1"));
    CHECK_THROWS_MATCHES(
        layer(zeros({1, 2, 2})), ShapeError,
        Message(
            "l: pool of 3 steps does not fit input (1, 2, 2); use padding \"same\" or a smaller pool_size"));
    CHECK_THROWS_MATCHES(
        layer.compute_output_shape({1, 2, 2}), ShapeError,
        Message(
            "l: pool of 3 steps does not fit input (1, 2, 2); use padding \"same\" or a smaller pool_size"));
    CHECK_THROWS_AS(layer(zeros({1, 4, 2}, int32)), DTypeError);
}
