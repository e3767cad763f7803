#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/layer_normalization.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::LayerNormalization;

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
