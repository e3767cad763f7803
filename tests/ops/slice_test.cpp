#include "ops/support.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using namespace keratin::test;

namespace {

constexpr int64_t end = Slice::end;

/// The indices of range(10)[start:stop:step] in Python.
struct Row {
    Slice slice;
    std::vector<double> python;
};

Row any_row() {
    return GENERATE(
        Row{{}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}, Row{{2, 5}, {2, 3, 4}}, Row{{2, -2}, {2, 3, 4, 5, 6, 7}},
        Row{{-3, end}, {7, 8, 9}}, Row{{0, end, 3}, {0, 3, 6, 9}}, Row{{1, 9, 4}, {1, 5}},
        Row{{-1, end, -1}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}, Row{{7, 2, -2}, {7, 5, 3}},
        Row{{-2, -6, -3}, {8, 5}}, Row{{5, 5}, {}}, Row{{7, 3}, {}}, Row{{3, 7, -1}, {}},
        Row{{-100, 100}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}, Row{{50, end}, {}}, Row{{50, end, -4}, {9, 5, 1}},
        Row{{8, -100, -3}, {8, 5, 2}}, Row{{0, end, 100}, {0}}, Row{{9, end, INT64_MIN}, {9}},
        Row{{0, INT64_MAX - 1, INT64_MAX}, {0}}, Row{{INT64_MIN, 2}, {0, 1}});
}

struct Case {
    Shape shape;
    std::vector<Slice> slices;
    Shape result;
};

Case any_case() {
    return GENERATE(Case{{4, 3}, {{1, 3}}, {2, 3}}, Case{{4, 3}, {{}, {1, 3}}, {4, 2}},
                    Case{{4, 3}, {{0, end, 2}, {-1, end, -1}}, {2, 3}}, Case{{4, 3}, {}, {4, 3}},
                    Case{{2, 3, 4}, {{}, {2, 0, -1}, {0, end, 3}}, {2, 2, 2}},
                    Case{{2, 3, 4}, {{1, 2}, {1, 3}}, {1, 2, 4}},
                    Case{{2, 3, 4}, {{1, 2}, {1, 2}, {1, 3}}, {1, 1, 2}}, Case{{3, 2}, {{2, 1}}, {0, 2}},
                    Case{{0, 2}, {{}, {1, 2}}, {0, 1}}, Case{{}, {}, {}});
}

}  // namespace

TEST_CASE("One axis is sliced as Python slices a list", "[ops][slice]") {
    const Row row = any_row();
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8);
    CHECK(values(slice(arange(0, 10, 1, dtype), {row.slice})) == row.python);
    // Not the last axis, and not the first.
    const Tensor columns = broadcast_to(arange(0, 10, 1, dtype).view({1, 10, 1}), {2, 10, 3});
    const Tensor y = slice(columns, {{}, row.slice});
    REQUIRE(y.shape() == Shape{2, static_cast<int64_t>(row.python.size()), 3});
    for (int64_t i = 0; i < y.size(); ++i)
        CHECK(value(y, i) == row.python[static_cast<size_t>(index_of(y.shape(), i)[1])]);
}

TEST_CASE("Several axes are sliced at once", "[ops][slice]") {
    const Case c = any_case();
    const Tensor x = sample(c.shape, 1);
    const Tensor y = slice(x, c.slices);
    REQUIRE(y.shape() == c.result);
    Tensor one_by_one = x;
    for (size_t axis = 0; axis < c.slices.size(); ++axis) {
        std::vector<Slice> only(axis);
        only.push_back(c.slices[axis]);
        one_by_one = slice(one_by_one, only);
    }
    CHECK(values(y) == values(one_by_one));
}

TEST_CASE("slice has right first and second derivatives", "[ops][slice][gradients]") {
    SECTION("of one axis") {
        const Row row = any_row();
        check_derivatives([&](const std::vector<Tensor>& x) { return square(slice(x[0], {row.slice})); },
                          {sample({10}, 2)});
    }
    SECTION("of several axes") {
        const Case c = any_case();
        check_derivatives([&](const std::vector<Tensor>& x) { return square(slice(x[0], c.slices)); },
                          {sample(c.shape, 3)});
    }
}

TEST_CASE("Neighbours in memory are sliced without a copy", "[ops][slice]") {
    const Tensor x = sample({4, 3, 2});
    CHECK(slice(x, {{2, 3}}).raw() == static_cast<const char*>(x.raw()) + 2 * 3 * 2 * sizeof(double));
    CHECK(slice(x, {{1, 2}, {1, 3}}).raw() == static_cast<const char*>(x.raw()) + (6 + 2) * sizeof(double));
    CHECK(values(slice(slice(x, {{2, 4}}), {{1, 2}, {0, 1}})) == values(x.view({1, 1, 2}, 18)));
}

TEST_CASE("pad fills up around the elements, in every dtype", "[ops][pad]") {
    const auto [shape, paddings, result] =
        GENERATE(table<Shape, std::vector<PadPair>, Shape>({{{3}, {{1, 2}}, {6}},
                                                            {{2, 3}, {{0, 0}, {2, 0}}, {2, 5}},
                                                            {{2, 3}, {{1, 1}, {0, 1}}, {4, 4}},
                                                            {{2, 3}, {{0, 0}, {0, 0}}, {2, 3}},
                                                            {{0, 2}, {{1, 1}, {0, 0}}, {2, 2}},
                                                            {{}, {}, {}}}));
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8);
    const Tensor x = cast(sample(shape, 4, 10, 20), dtype);
    const Tensor y = pad(x, paddings, 7);
    REQUIRE(y.shape() == result);
    for (int64_t i = 0; i < y.size(); ++i) {
        std::vector<int64_t> index = index_of(result, i);
        bool inside = true;
        for (int axis = 0; axis < shape.rank(); ++axis) {
            int64_t& place = index[static_cast<size_t>(axis)];
            place -= paddings[static_cast<size_t>(axis)].before;
            inside = inside && place >= 0 && place < shape[axis];
        }
        CHECK(value(y, i) == (inside ? value(x, number_of(shape, index)) : 7));
    }
    const std::vector<PadPair> around = paddings;
    check_derivatives([&](const std::vector<Tensor>& v) { return square(pad(v[0], around, 3)); },
                      {sample(shape, 5)});
}

TEST_CASE("slice and pad say what does not fit", "[ops][slice][pad][errors]") {
    const Tensor x = zeros({2, 3});
    CHECK_THROWS_MATCHES(slice(x, {{}, {}, {}}), ShapeError,
                         Message("slice: 3 slices were given for shape (2, 3); at most one per axis"));
    CHECK_THROWS_MATCHES(
        slice(x, {{}, {0, 1, 0}}), ValueError,
        Message("slice: the step of axis 1 is 0; use 1 or more, or less than 0 to go backwards"));
    CHECK_THROWS_MATCHES(
        pad(x, {{1, 1}}), ShapeError,
        Message("pad: 1 paddings were given for shape (2, 3); give one (before, after) per axis"));
    CHECK_THROWS_MATCHES(pad(x, {{0, 0}, {0, -1}}), ValueError,
                         Message("pad: padding (0, -1) of axis 1 is negative; use slice() to cut"));
    CHECK_THROWS_AS(pad(x, {{0, 0}, {INT64_MAX, INT64_MAX}}), ShapeError);
    CHECK_THROWS_AS(pad(zeros({2}, int32), {{1, 1}}, 0.5), DTypeError);
    CHECK_THROWS_AS(slice(Tensor(), {}), ValueError);
    CHECK_THROWS_AS(pad(Tensor(), {}), ValueError);
}
