#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/rms_normalization.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::RMSNormalization;

TEST_CASE("RMSNormalization gives a root mean square of 1", "[layers][rms_normalization]") {
    const Tensor x = numbers::distinct({3, 5}, 1, 4.0, float64);
    const Tensor y = RMSNormalization({.epsilon = 1e-12, .dtype = float64})(x);
    CHECK(numbers::difference(reduce_mean(square(y), 1), ones({3}, float64)) < 1e-9);
}
