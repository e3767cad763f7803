#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/unit_normalization.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::UnitNormalization;

TEST_CASE("UnitNormalization passes the conformance routine of every layer", "[layers][unit_normalization]") {
    const OneOrMore<int> axis = GENERATE(OneOrMore<int>(-1), OneOrMore<int>(1), OneOrMore<int>({1, 2}));
    check_layer<UnitNormalization>(
        [&] { return UnitNormalization({.axis = axis}); },
        {.default_name = "unit_normalization", .input = {3, 2, 4}, .output = {3, 2, 4}});
}

TEST_CASE("UnitNormalization leaves zeros, whose gradient is finite", "[layers][unit_normalization]") {
    const Tensor x = Tensor::from({0.f, 0.f, 3.f, 4.f}, {2, 2});
    GradientTape tape;
    tape.watch(x);
    const Tensor y = UnitNormalization()(x);
    CHECK(numbers::difference(y, {0, 0, 0.6, 0.8}) < 1e-6);
    for (const double number : numbers::of(tape.gradient(y, x))) CHECK(std::isfinite(number));
}

TEST_CASE("UnitNormalization says what it does not take", "[layers][unit_normalization][errors]") {
    CHECK_THROWS_MATCHES(UnitNormalization({.axis = {0, 0}, .name = "u"})(zeros({2, 3})), ShapeError,
                         Message("u: axis names axis 0 of input (2, 3) twice; name each once"));
    CHECK_THROWS_AS(UnitNormalization({.axis = 2})(zeros({2, 3})), ShapeError);
    CHECK_THROWS_AS(UnitNormalization()(zeros({2, 3}, uint8)), DTypeError);
}
