#include "support/catch.hpp"

#include <keratin/layers/reshape.hpp>

using namespace keratin;
using layers::Reshape;

TEST_CASE("Reshape gives Keras's output shapes", "[layers][reshape]") {
    const auto [target, in, out] = GENERATE(table<Shape, Shape, Shape>({
        {{28, 28, 1}, {64, 784}, {64, 28, 28, 1}},
        {{-1}, {2, 3, 4}, {2, 12}},
        {{2, -1, 3}, {5, 24}, {5, 2, 4, 3}},
        {{}, {5, 1}, {5}},
        {{1}, {5}, {5, 1}},
        {{0, 3}, {2, 3, 0}, {2, 0, 3}},
        {{-1, 3}, {2, 3, 0}, {2, 0, 3}},
        {{-1, 3}, {0, 6}, {0, 2, 3}},
    }));
    CHECK(Reshape(target).compute_output_shape(in) == out);
    CHECK(Reshape(target)(zeros(in)).shape() == out);
}

TEST_CASE("Reshape cannot know an open extent while the input's are unknown", "[layers][reshape]") {
    CHECK(Reshape({-1, 2}).compute_output_shape({3, Shape::unknown}) == Shape{3, -1, 2});
    CHECK(Reshape({4, 2}).compute_output_shape({Shape::unknown, Shape::unknown}) ==
          Shape{Shape::unknown, 4, 2});
}

TEST_CASE("Reshape keeps the elements in row-major order, of any dtype", "[layers][reshape]") {
    const Tensor y = Reshape({2, 2})(Tensor::from({1, 2, 3, 4}, {1, 4}));
    CHECK(y.dtype() == int32);
    CHECK(to_string(y) == "[[[1 2]\n  [3 4]]]");
}
