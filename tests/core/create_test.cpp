#include "support/catch.hpp"

#include <keratin/core/tensor.hpp>

#include <cmath>
#include <limits>

using namespace keratin;

namespace {

constexpr int64_t most = std::numeric_limits<int64_t>::max();
constexpr int64_t least = std::numeric_limits<int64_t>::min();

std::vector<int64_t> integers(const Tensor& x) {
    const Tensor wide = convert(x, int64);
    return {wide.data<int64_t>().begin(), wide.data<int64_t>().end()};
}
using Integers = std::vector<int64_t>;

}  // namespace

TEST_CASE("zeros, ones and full fill every dtype and shape", "[core][create]") {
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{3}, Shape{2, 0, 4}, Shape{2, 3, 4}}) {
        INFO(dtype << " " << shape);
        const auto check = [&](const Tensor& x, int64_t value) {
            CHECK(x.shape() == shape);
            CHECK(x.dtype() == dtype);
            CHECK(integers(x) == Integers(static_cast<size_t>(shape.size()), value));
        };
        check(zeros(shape, dtype), 0);
        check(ones(shape, dtype), 1);
        check(full(shape, 1, dtype), 1);
        check(zeros_like(ones(shape, dtype)), 0);
        check(ones_like(zeros(shape, dtype)), 1);
    }
    CHECK(zeros({2}).dtype() == float32);
}

TEST_CASE("full holds numbers as exactly as the dtype does", "[core][create]") {
    CHECK(full({}, 0.1).item<float>() == 0.1f);
    CHECK(full({}, 0.1, float64).item<double>() == 0.1);
    CHECK(full({}, most, int64).item<int64_t>() == most);
    CHECK(full({}, least, int64).item<int64_t>() == least);
    CHECK(full({}, 3.9, int32).item<int>() == 3);  // cut off towards zero, as NumPy does
    CHECK(full({}, -3.9, int32).item<int>() == -3);
    CHECK(full({}, 0.5, bool_).item<bool>());
    CHECK(std::isnan(full({}, std::nan("")).item<float>()));
}

TEST_CASE("full refuses numbers that the dtype cannot hold", "[core][create][errors]") {
    CHECK_THROWS_MATCHES(full({2}, 256, uint8), ValueError,
                         Message("full: 256 does not fit uint8; use a wider dtype"));
    CHECK_THROWS_MATCHES(full({2}, -1, uint8), ValueError,
                         Message("full: -1 does not fit uint8; use a wider dtype"));
    CHECK_THROWS_MATCHES(Tensor::scalar(int64_t{1} << 31, int32), ValueError,
                         Message("full: 2147483648 does not fit int32; use a wider dtype"));
    CHECK_THROWS_MATCHES(full({}, 1e30, int64), ValueError,
                         Message("full: 1e+30 does not fit int64; use a wider dtype"));
    CHECK_THROWS_MATCHES(full({}, std::nan(""), int32), ValueError,
                         Message("full: nan does not fit int32; use a wider dtype"));
    CHECK_THROWS_AS(zeros({Shape::unknown, 2}), ShapeError);
}

TEST_CASE("zeros_like and ones_like need a tensor", "[core][create][errors]") {
    CHECK_THROWS_MATCHES(zeros_like(Tensor()), ValueError,
                         Message("zeros_like: tensor is undefined; give it a value first"));
    CHECK_THROWS_MATCHES(ones_like(Tensor()), ValueError,
                         Message("ones_like: tensor is undefined; give it a value first"));
}

TEST_CASE("arange counts as NumPy's does", "[core][create]") {
    struct Case {
        Scalar start, stop, step;
        std::vector<double> expected;
    };
    const std::vector<Case> cases = {
        {0, 5, 1, {0, 1, 2, 3, 4}},
        {2, 11, 3, {2, 5, 8}},
        {2, 12, 3, {2, 5, 8, 11}},
        {5, 0, -2, {5, 3, 1}},
        {5, 5, 1, {}},
        {5, 0, 1, {}},
        {0, 1, 0.25, {0, 0.25, 0.5, 0.75}},
        {1.5, 3, 1, {1.5, 2.5}},
        {0, -1, -0.5, {0, -0.5}},
    };
    for (const Case& c : cases) {
        const Tensor x = arange(c.start, c.stop, c.step, float64);
        CHECK(std::vector<double>(x.data<double>().begin(), x.data<double>().end()) == c.expected);
    }
    CHECK(arange(0, 3).dtype() == float32);
    CHECK(to_string(arange(0, 3)) == "[0. 1. 2.]");
    CHECK(arange(0, 1, 0.1).size() == 10);
    CHECK(integers(arange(250, 256, 1, uint8)) == Integers{250, 251, 252, 253, 254, 255});
    CHECK(integers(arange(0.5, 3, 1, int32)) == Integers{0, 1, 2});
}

TEST_CASE("arange of integers is exact where a double is not", "[core][create]") {
    const int64_t large = int64_t{1} << 53;
    CHECK(integers(arange(large, large + 3, 1, int64)) == Integers{large, large + 1, large + 2});
    CHECK(integers(arange(most - 2, most, 1, int64)) == Integers{most - 2, most - 1});
    CHECK(integers(arange(least, most, most, int64)) == Integers{least, -1, most - 1});
    CHECK(integers(arange(most, least, least, int64)) == Integers{most, -1});
    CHECK(arange(least, most, -1, int64).size() == 0);
}

TEST_CASE("arange refuses what is no range", "[core][create][errors]") {
    CHECK_THROWS_MATCHES(arange(0, 3, 0), ValueError,
                         Message("arange: start 0, stop 3, step 0 is no range; use finite numbers and a step "
                                 "other than 0"));
    CHECK_THROWS_MATCHES(arange(0, std::nan("")), ValueError,
                         Message("arange: start 0, stop nan, step 1 is no range; use finite numbers and a "
                                 "step other than 0"));
    CHECK_THROWS_MATCHES(arange(0, INFINITY), ValueError,
                         Message("arange: start 0, stop inf, step 1 has too many numbers; use a larger "
                                 "step"));
    CHECK_THROWS_MATCHES(arange(least, most, 1, int64), ValueError,
                         Message("arange: start -9.223372036854776e+18, stop 9.223372036854776e+18, step 1 "
                                 "has too many numbers; use a larger step"));
    CHECK_THROWS_MATCHES(arange(0, 257, 1, uint8), ValueError,
                         Message("arange: 256 does not fit uint8; use a wider dtype"));
    CHECK_THROWS_MATCHES(arange(-1, 2, 1, uint8), ValueError,
                         Message("arange: -1 does not fit uint8; use a wider dtype"));
    CHECK_THROWS_MATCHES(arange(0, 2, 1, bool_), DTypeError,
                         Message("arange: bool has no range of numbers; use an integer or a floating dtype"));
}

TEST_CASE("eye is a square with ones on the diagonal", "[core][create]") {
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    CHECK(integers(eye(3, dtype)) == Integers{1, 0, 0, 0, 1, 0, 0, 0, 1});
    CHECK(eye(3, dtype).dtype() == dtype);
    CHECK(eye(0, dtype).shape() == Shape{0, 0});
    CHECK_THROWS_MATCHES(eye(-1), ValueError, Message("eye: -1 rows were asked for; use 0 or more"));
}
