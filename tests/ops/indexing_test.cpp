#include "ops/support.hpp"

#include <keratin/core/error.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/indexing.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;

namespace {

Tensor numbers(const Shape& shape) {
    return reshape(arange(0, shape.size(), 1, int64), shape);
}

std::vector<double> along(const Tensor& y) {
    return test::values(y);
}

using Values = std::vector<double>;

}  // namespace

TEST_CASE("repeat, tile, flip and roll take elements from where NumPy does", "[ops][indexing][operations]") {
    const Tensor x = numbers({2, 3});
    CHECK(along(repeat(x, 2, 1)) == Values{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5});
    CHECK(along(repeat(x, std::vector<int64_t>{2, 0, 1}, -1)) == Values{0, 0, 2, 3, 3, 5});
    CHECK(along(tile(numbers({3}), {2, 2})) == Values{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2});
    CHECK(tile(x, {2}).shape() == Shape{2, 6});
    CHECK(along(flip(x, 1)) == Values{2, 1, 0, 5, 4, 3});
    CHECK(along(roll(x, 1, 1)) == Values{2, 0, 1, 5, 3, 4});
    CHECK(along(roll(x, -4, 1)) == Values{1, 2, 0, 4, 5, 3});
    CHECK(along(roll(x, INT64_MIN, 0)).size() == 6);
}

TEST_CASE("pad out of x itself has NumPy's modes", "[ops][indexing][operations]") {
    const Tensor x = numbers({4});
    CHECK(along(pad(x, {{3, 2}}, "reflect")) == Values{3, 2, 1, 0, 1, 2, 3, 2, 1});
    CHECK(along(pad(x, {{3, 2}}, "symmetric")) == Values{2, 1, 0, 0, 1, 2, 3, 3, 2});
    CHECK(along(pad(x, {{3, 2}}, "edge")) == Values{0, 0, 0, 0, 1, 2, 3, 3, 3});
    CHECK(along(pad(x, {{6, 2}}, "wrap")) == Values{2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1});
    CHECK_THROWS_WITH(pad(x, {{4, 0}}, "reflect"),
                      "pad: (4, 0) elements cannot be taken from an axis of extent 4");
}

TEST_CASE("take_along_axis is a loop over all places", "[ops][indexing][operations]") {
    const Tensor x = numbers({2, 3, 2});
    const Tensor indices = Tensor::from({2, 0, 1, 1}, {2, 2, 1});
    const Tensor y = take_along_axis(x, indices, 1);
    REQUIRE(y.shape() == Shape{2, 2, 2});
    for (int64_t i = 0; i < y.size(); ++i) {
        const std::vector<int64_t> at = test::index_of(y.shape(), i);
        const int64_t row = indices.at<int>({at[0], at[1], 0});
        CHECK(test::value(y, i) == static_cast<double>((at[0] * 3 + row) * 2 + at[2]));
    }
    CHECK_THROWS_WITH(take_along_axis(x, indices + 2, 1),
                      "take_along_axis: index 4 is outside an axis of extent 3");
    CHECK_THROWS_AS(take_along_axis(x, numbers({2}), 0), ShapeError);
}

TEST_CASE("argsort keeps the order of equals and has NaN last", "[ops][indexing][operations]") {
    const Tensor x = Tensor::from({2.0, static_cast<double>(NAN), 1.0, 2.0, -1.0});
    CHECK(along(argsort(x)) == Values{4, 2, 0, 3, 1});
    CHECK(along(argsort(x, 0, true)) == Values{1, 0, 3, 2, 4});
    CHECK(along(argsort(Tensor::from({3, 1, 1, 2}, {2, 2}), 0)) == Values{1, 0, 0, 1});
}
