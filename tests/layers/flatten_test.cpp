#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/flatten.hpp>

using namespace keratin;
using layers::Flatten;

TEST_CASE("Flatten gives Keras's output shapes", "[layers][flatten]") {
    const auto [in, out] = GENERATE(table<Shape, Shape>({
        {{5}, {5, 1}},
        {{5, 7}, {5, 7}},
        {{2, 3, 4, 5}, {2, 60}},
        {{0, 3, 4}, {0, 12}},
        {{3, 0, 4}, {3, 0}},
        {{2, 1, 1, 1, 1, 1, 1, 6}, {2, 6}},
    }));
    CHECK(Flatten().compute_output_shape(in) == out);
    CHECK(Flatten()(zeros(in)).shape() == out);
    CHECK(Flatten().compute_output_shape({2, Shape::unknown, 3}) == Shape{2, Shape::unknown});
}

TEST_CASE("Flatten keeps the elements in row-major order, of any dtype", "[layers][flatten]") {
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8);
    const Tensor x = numbers::as({1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2}, dtype);
    const DType expected = is_floating(dtype) ? float32 : dtype;
    CHECK(Flatten()(x).dtype() == expected);
    CHECK(numbers::of(Flatten()(x)) == std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(Flatten()(zeros({2, 2}, bool_)).dtype() == bool_);
}
