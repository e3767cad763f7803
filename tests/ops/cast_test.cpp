#include "ops/support.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using namespace keratin::test;

TEST_CASE("cast goes between all dtypes", "[ops][cast]") {
    const DType from = GENERATE(float32, float64, int32, int64, uint8, bool_);
    const DType to = GENERATE(float32, float64, int32, int64, uint8, bool_);
    const Tensor x = cast(Tensor::from({0.0, 1.0, 7.75}), from);
    const Tensor y = cast(x, to);
    CHECK(y.dtype() == to);
    for (int64_t i = 0; i < 3; ++i) {
        const double v = value(x, i);
        CHECK(value(y, i) == (to == bool_ ? double(v != 0) : is_floating(to) ? v : std::trunc(v)));
    }
}

TEST_CASE("cast has a gradient between floating dtypes and none through others", "[ops][cast][gradients]") {
    const Tensor x = Tensor::from({1.f, 2.f});
    GradientTape tape({.persistent = true});
    tape.watch(x);
    const Tensor slope = tape.gradient(3 * cast(x, float64), x);
    CHECK(slope.dtype() == float32);
    CHECK(values(slope) == std::vector<double>{3, 3});
    CHECK_FALSE(tape.gradient(cast(cast(x, int32), float32), x).defined());
}

TEST_CASE("cast has right first and second derivatives", "[ops][cast][gradients]") {
    check_derivatives([](const std::vector<Tensor>& x) { return square(cast(x[0], float64)); },
                      {sample({2, 3})});
    CHECK_THROWS_AS(cast(Tensor(), float32), ValueError);
}
