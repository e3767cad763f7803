#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/layer_normalization.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::LayerNormalization;

TEST_CASE("LayerNormalization passes the conformance routine of every layer",
          "[layers][layer_normalization]") {
    conformance::Facts facts{
        .default_name = "layer_normalization", .input = {3, 2, 3, 4}, .output = {3, 2, 3, 4}};
    SECTION("by default") {
        facts.weights = {{"gamma", {4}}, {"beta", {4}}};
        check_layer<LayerNormalization>([] { return LayerNormalization(); }, facts);
    }
    SECTION("over several axes, without beta") {
        facts.weights = {{"gamma", {2, 4}}};
        check_layer<LayerNormalization>(
            [] {
                return LayerNormalization({.axis = {3, 1}, .center = false});
            },
            facts);
    }
    SECTION("without gamma") {
        facts.weights = {{"beta", {3}}};
        check_layer<LayerNormalization>([] { return LayerNormalization({.axis = -2, .scale = false}); },
                                        facts);
    }
}

TEST_CASE("LayerNormalization gives each sample mean 0 and variance 1", "[layers][layer_normalization]") {
    const Tensor x = numbers::distinct({3, 5, 7}, 1, 4.0, float64) + 100;
    const Tensor y = LayerNormalization({.axis = {1, 2}, .epsilon = 1e-12, .dtype = float64})(x);
    CHECK(numbers::difference(reduce_mean(y, {1, 2}), zeros({3}, float64)) < 1e-9);
    CHECK(numbers::difference(reduce_variance(y, {1, 2}), ones({3}, float64)) < 1e-9);
}

TEST_CASE("LayerNormalization does not mix samples", "[layers][layer_normalization]") {
    const LayerNormalization layer;
    const Tensor x = numbers::distinct({4, 6}, 2, 1.0, float32);
    const Tensor all = layer(x);
    for (int64_t n = 0; n < 4; ++n)
        CHECK(conformance::same(layer(slice(x, {{n, n + 1}})), slice(all, {{n, n + 1}})));
}

TEST_CASE("LayerNormalization says what it does not take", "[layers][layer_normalization][errors]") {
    CHECK_THROWS_MATCHES(LayerNormalization({.epsilon = 0, .name = "l"}), ValueError,
                         Message("l: epsilon is 0; it must be positive"));
    CHECK_THROWS_MATCHES(LayerNormalization({.axis = std::vector<int>{}, .name = "l"}), ValueError,
                         Message("l: axis is empty; name at least one axis"));
    CHECK_THROWS_MATCHES(LayerNormalization({.axis = {1, -1}, .name = "l"})(zeros({2, 3})), ShapeError,
                         Message("l: axis names axis 1 of input (2, 3) twice; name each once"));
    CHECK_THROWS_AS(LayerNormalization({.axis = 2})(zeros({2, 3})), ShapeError);
    CHECK_THROWS_AS(LayerNormalization().build({2, Shape::unknown}), ShapeError);
    const LayerNormalization layer({.name = "l"});
    layer(zeros({2, 3}));
    CHECK_THROWS_MATCHES(layer(zeros({2, 4})), ShapeError,
                         Message("l: input of shape (2, 4) has extents (4,) along its axes, the layer was "
                                 "built for (3,); give an input with those"));
    CHECK_THROWS_AS(layer(zeros({2, 3}, int32)), DTypeError);
}
