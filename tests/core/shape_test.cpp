#include "support/catch.hpp"

#include <keratin/core/error.hpp>
#include <keratin/core/shape.hpp>

#include <limits>
#include <sstream>

using namespace keratin;

TEST_CASE("Shapes print as Python tuples", "[core][shape]") {
    auto [shape, text] = GENERATE(table<Shape, std::string>({
        {Shape(), "()"},
        {{4}, "(4,)"},
        {{1, 28, 28, 4}, "(1, 28, 28, 4)"},
        {{0, 3}, "(0, 3)"},
        {{Shape::unknown, 10}, "(None, 10)"},
    }));
    std::ostringstream out;
    out << shape;
    CHECK(out.str() == text);
    CHECK(to_string(shape) == text);
    CHECK(fmt::format("{}", shape) == text);
}

TEST_CASE("The size of a shape is the product of its extents", "[core][shape]") {
    CHECK(Shape{}.size() == 1);
    CHECK(Shape{5}.size() == 5);
    CHECK(Shape{2, 3, 4}.size() == 24);
    CHECK(Shape{2, 0, 4}.size() == 0);
    CHECK_THROWS_MATCHES(
        Shape({Shape::unknown, 3}).size(), ShapeError,
        Message("Shape: (None, 3) has no size while an extent is unknown; replace None by a number"));
}

TEST_CASE("Axes count from both ends", "[core][shape]") {
    const Shape shape{2, 3, 4};
    CHECK(shape[0] == 2);
    CHECK(shape[-1] == 4);
    CHECK(shape[-3] == 2);
    CHECK(shape.back() == 4);
    CHECK(shape.normalize_axis(-2, "op") == 1);
    CHECK_THROWS_MATCHES(shape[3], ShapeError,
                         Message("Shape: axis 3 is outside shape (2, 3, 4); use an axis from -3 to 2"));
    CHECK_THROWS_MATCHES(shape.normalize_axis(-4, "reduce_sum"), ShapeError,
                         Message("reduce_sum: axis -4 is outside shape (2, 3, 4); use an axis from -3 to 2"));
    CHECK_THROWS_MATCHES(Shape{}.back(), ShapeError,
                         Message("Shape: axis -1 is outside shape (), which has no axes"));
}

TEST_CASE("Shapes can be cut, joined and changed", "[core][shape]") {
    const Shape shape{2, 3, 4};
    CHECK(shape.slice(1, 3) == Shape{3, 4});
    CHECK(shape.slice(0, -1) == Shape{2, 3});
    CHECK(shape.slice(3, 3) == Shape{});
    CHECK(shape.with(-1, 7) == Shape{2, 3, 7});
    CHECK(shape.with(0, Shape::unknown) == Shape{Shape::unknown, 3, 4});
    CHECK(shape + Shape{5} == Shape{2, 3, 4, 5});
    CHECK(Shape{} + Shape{} == Shape{});
    CHECK_FALSE(shape == Shape{2, 3});
    CHECK_FALSE(shape == Shape{2, 3, 5});
    CHECK(shape.is_static());
    CHECK_FALSE(shape.with(1, Shape::unknown).is_static());
    CHECK_THROWS_MATCHES(shape.slice(2, 1), ShapeError,
                         Message("Shape::slice: [2, 1) is no range of the 3 axes of (2, 3, 4)"));
    CHECK_THROWS_AS(shape.slice(0, 4), ShapeError);
    CHECK_THROWS_AS(shape.slice(-4, 1), ShapeError);
    CHECK_THROWS_AS(shape.with(3, 1), ShapeError);
    CHECK_THROWS_AS(shape.with(0, -2), ShapeError);
}

TEST_CASE("Impossible shapes are refused", "[core][shape]") {
    CHECK_THROWS_MATCHES(
        Shape({2, -3}), ShapeError,
        Message("Shape: extent -3 of (2, -3) is negative; extents are 0 or more, or Shape::unknown"));
    CHECK_THROWS_MATCHES(
        Shape({1, 1, 1, 1, 1, 1, 1, 1, 1}), ShapeError,
        Message("Shape: (1, 1, 1, 1, 1, 1, 1, 1, 1) has rank 9; a shape has at most 8 axes"));
    CHECK_THROWS_MATCHES(
        Shape({int64_t{1} << 40, int64_t{1} << 40}), ShapeError,
        Message(
            "Shape: (1099511627776, 1099511627776) has more elements than memory can hold; at most 2^60 are "
            "possible"));
    CHECK_THROWS_AS(Shape({std::numeric_limits<int64_t>::max()}), ShapeError);
    CHECK_THROWS_AS(Shape({0, int64_t{1} << 40, int64_t{1} << 40}), ShapeError);
    CHECK(Shape({int64_t{1} << 60}).size() == int64_t{1} << 60);
    CHECK_THROWS_AS(Shape({2, 3, 4, 5, 6}) + Shape({2, 3, 4, 5}), ShapeError);
}

TEST_CASE("Broadcasting follows NumPy", "[core][shape]") {
    constexpr int64_t none = Shape::unknown;
    auto [a, b, result] = GENERATE_COPY(table<Shape, Shape, Shape>({
        {Shape(), Shape(), Shape()},
        {{2, 3}, Shape(), {2, 3}},
        {{2, 3}, {3}, {2, 3}},
        {{2, 1}, {3}, {2, 3}},
        {{8, 1, 6, 1}, {7, 1, 5}, {8, 7, 6, 5}},
        {{0, 3}, {1, 3}, {0, 3}},
        {{1}, {0}, {0}},
        {{none, 3}, {3}, {none, 3}},
        {{none, 3}, {1, 1}, {none, 3}},
        {{none}, {5}, {5}},
        {{none}, {none}, {none}},
    }));
    CHECK(broadcast(a, b, "add") == result);
    CHECK(broadcast(b, a, "add") == result);
}

TEST_CASE("Shapes that do not broadcast are named", "[core][shape]") {
    CHECK_THROWS_MATCHES(
        broadcast({2, 3}, {2}, "add"), ShapeError,
        Message("add: shapes (2, 3) and (2,) do not broadcast; aligned at the last axis, two extents "
                "must be equal or one of them 1"));
    CHECK_THROWS_AS(broadcast({0}, {2}, "add"), ShapeError);
}
