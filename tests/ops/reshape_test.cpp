#include "ops/support.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using namespace keratin::test;

TEST_CASE("reshape keeps the elements, works out -1 and copies nothing", "[ops][reshape]") {
    const auto [from, to, result] = GENERATE(table<Shape, Shape, Shape>({{{2, 3}, {3, 2}, {3, 2}},
                                                                         {{2, 3}, {-1}, {6}},
                                                                         {{2, 3}, {1, -1, 2}, {1, 3, 2}},
                                                                         {{1}, {}, {}},
                                                                         {{}, {1, 1}, {1, 1}},
                                                                         {{0, 3}, {-1, 3}, {0, 3}},
                                                                         {{0, 3}, {3, 0, 7}, {3, 0, 7}}}));
    const DType dtype = GENERATE(float32, uint8, bool_, int64);
    const Tensor x = cast(sample(from, 1, 0, 9), dtype);
    const Tensor y = reshape(x, to);
    CHECK(y.shape() == result);
    CHECK(y.dtype() == dtype);
    CHECK(y.raw() == x.raw());
    check_derivatives([to = to](const std::vector<Tensor>& v) { return square(reshape(v[0], to)); },
                      {sample(from, 2)});
}

TEST_CASE("expand_dims and squeeze add and drop axes of extent 1", "[ops][reshape]") {
    const auto [axis, expanded] = GENERATE(table<int, Shape>(
        {{0, {1, 2, 3}}, {1, {2, 1, 3}}, {2, {2, 3, 1}}, {-1, {2, 3, 1}}, {-2, {2, 1, 3}}, {-3, {1, 2, 3}}}));
    const Tensor x = sample({2, 3}, 3);
    const Tensor y = expand_dims(x, axis);
    CHECK(y.shape() == expanded);
    CHECK(squeeze(y, axis).shape() == Shape{2, 3});
    CHECK(squeeze(y).shape() == Shape{2, 3});
    CHECK(values(squeeze(y)) == values(x));
    check_derivatives(
        [axis = axis](const std::vector<Tensor>& v) { return square(squeeze(expand_dims(v[0], axis))); },
        {x});
    check_derivatives([axis = axis](const std::vector<Tensor>& v) { return square(squeeze(v[0], axis)); },
                      {y});
    CHECK(expand_dims(Tensor::scalar(1), -1).shape() == Shape{1});
    CHECK(squeeze(ones({1, 1})).shape() == Shape{});
}

TEST_CASE("reshape and its kin say what does not fit", "[ops][reshape][errors]") {
    const Tensor x = zeros({2, 3});
    CHECK_THROWS_MATCHES(
        reshape(x, {4, 2}), ShapeError,
        Message("reshape: input of shape (2, 3) has 6 elements, which do not fill shape (4, 2); keep "
                "their number"));
    CHECK_THROWS_MATCHES(
        reshape(x, {-1, 4}), ShapeError,
        Message("reshape: input of shape (2, 3) has 6 elements, which do not fill shape (-1, 4); "
                "keep their number"));
    CHECK_THROWS_MATCHES(reshape(x, {-1, -1}), ShapeError,
                         Message("reshape: (-1, -1) has more than one extent of -1; give all but one"));
    CHECK_THROWS_AS(reshape(zeros({0}), {-1, 0}), ShapeError);
    CHECK_THROWS_MATCHES(
        expand_dims(x, 3), ShapeError,
        Message("expand_dims: a new axis 3 has no place in shape (2, 3); use one from -3 to 2"));
    CHECK_THROWS_MATCHES(
        squeeze(x, 1), ShapeError,
        Message("squeeze: axis 1 of shape (2, 3) has extent 3; only an axis of extent 1 can go"));
    CHECK_THROWS_AS(squeeze(x, 2), ShapeError);
    CHECK_THROWS_AS(reshape(Tensor(), {1}), ValueError);
    CHECK_THROWS_AS(expand_dims(Tensor(), 0), ValueError);
    CHECK_THROWS_AS(squeeze(Tensor()), ValueError);
    CHECK_THROWS_AS(squeeze(Tensor(), 0), ValueError);
    CHECK_THROWS_AS(expand_dims(zeros({1, 1, 1, 1, 1, 1, 1, 1}), 0), ShapeError);
}
