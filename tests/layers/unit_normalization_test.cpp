#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/unit_normalization.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::UnitNormalization;

TEST_CASE("UnitNormalization leaves zeros, whose gradient is finite", "[layers][unit_normalization]") {
    const Tensor x = Tensor::from({0.f, 0.f, 3.f, 4.f}, {2, 2});
    GradientTape tape;
    tape.watch(x);
    const Tensor y = UnitNormalization()(x);
    CHECK(numbers::difference(y, {0, 0, 0.6, 0.8}) < 1e-6);
    for (const double number : numbers::of(tape.gradient(y, x))) CHECK(std::isfinite(number));
}
