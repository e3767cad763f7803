#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/rms_normalization.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::RMSNormalization;

TEST_CASE("RMSNormalization passes the conformance routine of every layer", "[layers][rms_normalization]") {
    conformance::Facts facts{.default_name = "rms_normalization", .input = {3, 2, 4}, .output = {3, 2, 4}};
    SECTION("by default") {
        facts.weights = {{"scale", {4}}};
        check_layer<RMSNormalization>([] { return RMSNormalization(); }, facts);
    }
    SECTION("over several axes") {
        facts.weights = {{"scale", {2, 4}}};
        check_layer<RMSNormalization>(
            [] {
                return RMSNormalization({.axis = {1, 2}, .epsilon = 1e-3});
            },
            facts);
    }
    SECTION("along another axis than the last") {
        facts.weights = {{"scale", {2}}};
        check_layer<RMSNormalization>([] { return RMSNormalization({.axis = 1}); }, facts);
    }
}

TEST_CASE("RMSNormalization gives a root mean square of 1", "[layers][rms_normalization]") {
    const Tensor x = numbers::distinct({3, 5}, 1, 4.0, float64);
    const Tensor y = RMSNormalization({.epsilon = 1e-12, .dtype = float64})(x);
    CHECK(numbers::difference(reduce_mean(square(y), 1), ones({3}, float64)) < 1e-9);
}

TEST_CASE("RMSNormalization says what it does not take", "[layers][rms_normalization][errors]") {
    CHECK_THROWS_MATCHES(RMSNormalization({.epsilon = -1, .name = "r"}), ValueError,
                         Message("r: epsilon is -1; it must be positive"));
    const RMSNormalization layer({.name = "r"});
    layer(zeros({2, 3}));
    CHECK_THROWS_MATCHES(layer(zeros({2, 4})), ShapeError,
                         Message("r: input of shape (2, 4) has extents (4,) along its axes, the layer was "
                                 "built for (3,); give an input with those"));
    CHECK_THROWS_AS(RMSNormalization({.axis = -3})(zeros({2, 3})), ShapeError);
}
