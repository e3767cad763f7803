#include "support/catch.hpp"

#include <keratin/core/half.hpp>
#include <keratin/core/tensor.hpp>

#include <cmath>
#include <limits>
#include <vector>

using namespace keratin;

namespace {

/// What IEEE 754 says 16 bits are: sign, `exponent` bits, the rest digits.
double meaning(uint16_t bits, int exponent_bits) {
    const int digits = 15 - exponent_bits, bias = (1 << (exponent_bits - 1)) - 1;
    const int exponent = bits >> digits & ((1 << exponent_bits) - 1), fraction = bits & ((1 << digits) - 1);
    const double sign = bits >> 15 ? -1 : 1;
    if (exponent == (1 << exponent_bits) - 1)
        return fraction ? std::numeric_limits<double>::quiet_NaN()
                        : sign * std::numeric_limits<double>::infinity();
    if (exponent == 0) return sign * std::ldexp(fraction, 1 - bias - digits);
    return sign * std::ldexp((1 << digits) + fraction, exponent - bias - digits);
}

/// All 65,536 numbers, their neighbours' midpoints, and what lies just beside those.
template <class Half, int exponent_bits>
void check_all() {
    for (int i = 0; i < 1 << 16; ++i) {
        Half half;
        half.bits = static_cast<uint16_t>(i);
        const double value = meaning(half.bits, exponent_bits);
        const auto number = static_cast<float>(half);
        if (std::isnan(value)) {
            REQUIRE(std::isnan(number));
            REQUIRE(std::isnan(static_cast<float>(Half(number))));
            continue;
        }
        REQUIRE(static_cast<double>(number) == value);
        REQUIRE(Half(number).bits == half.bits);
        if (std::isinf(value)) continue;
        // Away from 0 the next one's bits are one more; beyond the largest comes infinity.
        const double next = meaning(static_cast<uint16_t>(i + 1), exponent_bits);
        const double reach =
            std::isinf(next) ? value + (value - meaning(static_cast<uint16_t>(i - 1), exponent_bits)) : next;
        const auto middle = static_cast<float>((value + reach) / 2);
        const auto even = static_cast<uint16_t>(i % 2 ? i + 1 : i);
        REQUIRE(Half(middle).bits == even);
        REQUIRE(Half(std::nextafter(middle, 0.0F)).bits == i);
        REQUIRE(Half(std::nextafter(middle, middle * 2)).bits == static_cast<uint16_t>(i + 1));
    }
}

}  // namespace

TEST_CASE("float16 means what IEEE 754 says, and rounds to the nearest, ties to even", "[half]") {
    check_all<Float16, 5>();
    CHECK(static_cast<float>(Float16(65504.0F)) == 65504.0F);
    CHECK(std::isinf(static_cast<float>(Float16(65520.0F))));
    CHECK(static_cast<float>(Float16(1e-30F)) == 0.0F);
}

TEST_CASE("bfloat16 is float without its last 16 bits, rounded to the nearest, ties to even", "[half]") {
    check_all<BFloat16, 8>();
    CHECK(std::isinf(static_cast<float>(BFloat16(std::numeric_limits<float>::max()))));
}

TEST_CASE("tensors of 16 bits convert, print and are made like others", "[half]") {
    for (const DType dtype : {float16, bfloat16}) {
        INFO(dtype);
        const Tensor x = convert(Tensor::from({0.5F, -2.0F, 3.0F}), dtype);
        CHECK(x.dtype() == dtype);
        CHECK(size_of(dtype) == 2);
        CHECK(to_string(x) == "[ 0.5 -2.   3. ]");
        CHECK(to_string(convert(x, int64)) == "[ 0 -2  3]");
        CHECK(to_string(convert(x, float64)) == "[ 0.5 -2.   3. ]");
        CHECK(full({2}, 1.5, dtype).dtype() == dtype);
        CHECK(to_string(arange(0, 3, 1, dtype)) == "[0. 1. 2.]");
        CHECK(eye(2, dtype).shape() == Shape{2, 2});
        CHECK(Tensor::scalar(2, dtype).item<float>() == 2.0F);
        CHECK(Tensor::scalar(2, dtype).item<int>() == 2);
        CHECK(keratin::dtype(name(dtype)) == dtype);
    }
    CHECK(Tensor::from({BFloat16(1.0F)}).dtype() == bfloat16);
    CHECK(full({1}, 1, float16).data<Float16>()[0].bits == 0x3c00);
    CHECK_THROWS_AS(full({1}, 1, float16).data<BFloat16>(), DTypeError);
}
