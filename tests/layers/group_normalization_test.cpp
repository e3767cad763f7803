#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/group_normalization.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::GroupNormalization;

TEST_CASE("GroupNormalization passes the conformance routine of every layer",
          "[layers][group_normalization]") {
    conformance::Facts facts{
        .default_name = "group_normalization", .input = {3, 2, 3, 4}, .output = {3, 2, 3, 4}};
    SECTION("with two groups") {
        facts.weights = {{"gamma", {4}}, {"beta", {4}}};
        check_layer<GroupNormalization>([] { return GroupNormalization({.groups = 2}); }, facts);
    }
    SECTION("each channel a group, without beta") {
        facts.weights = {{"gamma", {4}}};
        check_layer<GroupNormalization>([] { return GroupNormalization({.groups = -1, .center = false}); },
                                        facts);
    }
    SECTION("along another axis, without gamma") {
        facts.weights = {{"beta", {2}}};
        check_layer<GroupNormalization>(
            [] { return GroupNormalization({.groups = 1, .axis = 1, .scale = false}); }, facts);
    }
}

TEST_CASE("GroupNormalization gives each group mean 0 and variance 1", "[layers][group_normalization]") {
    const Tensor x = numbers::distinct({2, 3, 5, 6}, 1, 4.0, float64);
    const Tensor y = GroupNormalization({.groups = 3, .epsilon = 1e-12, .dtype = float64})(x);
    for (int64_t g = 0; g < 3; ++g) {
        const Tensor group = slice(y, {{}, {}, {}, {2 * g, 2 * g + 2}});
        CHECK(numbers::difference(reduce_mean(group, {1, 2, 3}), zeros({2}, float64)) < 1e-9);
        CHECK(numbers::difference(reduce_variance(group, {1, 2, 3}), ones({2}, float64)) < 1e-9);
    }
}

TEST_CASE("GroupNormalization says what it does not take", "[layers][group_normalization][errors]") {
    CHECK_THROWS_MATCHES(GroupNormalization({.groups = 0, .name = "g"}), ValueError,
                         Message("g: groups is 0; it must be positive, or -1 for a group of each channel"));
    CHECK_THROWS_MATCHES(GroupNormalization({.groups = 4, .name = "g"})(zeros({2, 6})), ShapeError,
                         Message("g: input of shape (2, 6) has 6 channels, which do not divide into 4 "
                                 "groups; choose groups that they divide into"));
    CHECK_THROWS_MATCHES(GroupNormalization({.name = "g"})(zeros({6})), ShapeError,
                         Message("g: input has shape (6,); (batch, .., channels) is needed"));
    CHECK_THROWS_MATCHES(GroupNormalization({.axis = 0, .name = "g"})(zeros({2, 6})), ShapeError,
                         Message("g: axis 0 of input (2, 6) is the batch; name the axis of the channels"));
    const GroupNormalization layer({.groups = 2, .name = "g"});
    layer(zeros({2, 4}));
    CHECK_THROWS_AS(layer(zeros({2, 6})), ShapeError);
}
