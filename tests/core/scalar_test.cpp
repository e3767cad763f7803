#include "support/catch.hpp"

#include <keratin/core/scalar.hpp>

#include <limits>

using namespace keratin;

TEST_CASE("A Scalar keeps floating numbers and 64-bit integers exactly", "[core][scalar]") {
    constexpr int64_t large = std::numeric_limits<int64_t>::max();
    CHECK(Scalar(large).to<int64_t>() == large);
    CHECK(Scalar(large).is_integral());
    CHECK(Scalar(0.1).to<double>() == 0.1);
    CHECK(Scalar(0.1f).to<float>() == 0.1f);
    CHECK_FALSE(Scalar(2.0).is_integral());
    CHECK(Scalar(-3).to<double>() == -3.0);
    CHECK(Scalar(2.9).to<int32_t>() == 2);
    CHECK(Scalar(true).to<int64_t>() == 1);
}
