#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/global_max_pooling1d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::GlobalMaxPooling1D;

TEST_CASE("GlobalMaxPooling1D passes the conformance routine of every layer",
          "[layers][global_max_pooling1d]") {
    SECTION("by default") {
        check_layer<GlobalMaxPooling1D>(
            [] { return GlobalMaxPooling1D(); },
            {.default_name = "global_max_pooling1d", .input = {2, 5, 3}, .output = {2, 3}});
    }
    SECTION("keepdims") {
        check_layer<GlobalMaxPooling1D>(
            [] { return GlobalMaxPooling1D({.keepdims = true}); },
            {.default_name = "global_max_pooling1d", .input = {2, 4, 3}, .output = {2, 1, 3}});
    }
}

TEST_CASE("GlobalMaxPooling1D says what does not fit", "[layers][global_max_pooling1d][errors]") {
    const auto layer = GlobalMaxPooling1D({.name = "l"});
    CHECK_THROWS_MATCHES(layer(zeros({2, 5})), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({2, 5}), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(layer(zeros({1, 0, 2})), ShapeError,
                         Message("l: input of shape (1, 0, 2) has no steps; there must be at least 1"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({1, 0, 2}), ShapeError,
                         Message("l: input of shape (1, 0, 2) has no steps; there must be at least 1"));
    CHECK_THROWS_AS(layer(zeros({1, 4, 2}, int32)), DTypeError);
}
