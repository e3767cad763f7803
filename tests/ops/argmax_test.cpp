#include "ops/support.hpp"

#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using namespace keratin::test;

TEST_CASE("argmax and argmin find the first of equals along any axis, in every dtype", "[ops][argmax]") {
    const auto [shape, axis, result] = GENERATE(table<Shape, int, Shape>({{{7}, 0, {}},
                                                                          {{3, 5}, -1, {3}},
                                                                          {{3, 5}, 0, {5}},
                                                                          {{2, 9, 3}, 1, {2, 3}},
                                                                          {{2, 1, 3}, 1, {2, 3}},
                                                                          {{0, 4}, 1, {0}}}));
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8, bool_);
    const bool largest = GENERATE(true, false);
    const Tensor x = cast(floor(sample(shape, 1, 0, 4)), dtype);  // few values: many ties
    const Tensor y = largest ? argmax(x, axis) : argmin(x, axis);
    REQUIRE(y.shape() == result);
    REQUIRE(y.dtype() == int64);
    const int place = shape.normalize_axis(axis, "test");
    const Shape kept = shape.with(place, 1);
    for (int64_t i = 0; i < y.size(); ++i) {
        std::vector<int64_t> index = index_of(kept, i);
        int64_t best = 0;
        const auto at = [&, shape = shape](int64_t k) {
            index[static_cast<size_t>(place)] = k;
            return value(x, number_of(shape, index));
        };
        for (int64_t k = 1; k < shape[place]; ++k)
            if (largest ? at(k) > at(best) : at(k) < at(best)) best = k;
        CHECK(y.data<int64_t>()[static_cast<size_t>(i)] == best);
    }
}

TEST_CASE("argmax says what does not fit", "[ops][argmax][errors]") {
    CHECK_THROWS_MATCHES(argmax(zeros({2, 0})), ValueError,
                         Message("argmax: axis -1 of shape (2, 0) is empty; at least one element is needed"));
    CHECK_THROWS_MATCHES(argmin(zeros({2, 3}), 2), ShapeError,
                         Message("argmin: axis 2 is outside shape (2, 3); use an axis from -2 to 1"));
    CHECK_THROWS_AS(argmax(Tensor::scalar(1)), ShapeError);
    CHECK_THROWS_AS(argmax(Tensor()), ValueError);
    CHECK_THROWS_AS(argmin(Tensor()), ValueError);
}
