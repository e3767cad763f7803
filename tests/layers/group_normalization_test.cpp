#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/group_normalization.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::GroupNormalization;

TEST_CASE("GroupNormalization gives each group mean 0 and variance 1", "[layers][group_normalization]") {
    const Tensor x = numbers::distinct({2, 3, 5, 6}, 1, 4.0, float64);
    const Tensor y = GroupNormalization({.groups = 3, .epsilon = 1e-12, .dtype = float64})(x);
    for (int64_t g = 0; g < 3; ++g) {
        const Tensor group = slice(y, {{}, {}, {}, {2 * g, 2 * g + 2}});
        CHECK(numbers::difference(reduce_mean(group, {1, 2, 3}), zeros({2}, float64)) < 1e-9);
        CHECK(numbers::difference(reduce_variance(group, {1, 2, 3}), ones({2}, float64)) < 1e-9);
    }
}
