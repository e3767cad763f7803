#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/max_pooling2d.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::MaxPooling2D;

TEST_CASE("MaxPooling2D gives Keras's output shapes", "[layers][max_pooling2d]") {
    const auto [pool, strides, padding, in, out] =
        GENERATE(table<Size2, std::optional<Size2>, Padding, Shape, Shape>({
            {2, {}, "valid", {1, 28, 28, 6}, {1, 14, 14, 6}},
            {2, {}, "valid", {1, 7, 6, 3}, {1, 3, 3, 3}},
            {3, 2, "same", {2, 7, 5, 1}, {2, 4, 3, 1}},
            {2, 1, "valid", {0, 4, 4, 3}, {0, 3, 3, 3}},
            {{4, 5}, {}, "valid", {2, 4, 5, 2}, {2, 1, 1, 2}},
            {5, {}, "same", {1, 3, 3, 2}, {1, 1, 1, 2}},
            {2, 3, "valid", {1, 8, 8, 2}, {1, 3, 3, 2}},
        }));
    const MaxPooling2D layer(pool, {.strides = strides, .padding = padding});
    CHECK(layer(zeros(in)).shape() == out);
    CHECK(layer.compute_output_shape(in) == out);
    CHECK(layer.compute_output_shape(in.with(1, Shape::unknown)) == out.with(1, Shape::unknown));
}

TEST_CASE("MaxPooling2D's gradient goes to the first maximum of each window", "[layers][max_pooling2d]") {
    const Tensor x = Tensor::from({1.f, 1.f, 2.f, 0.f, 1.f, 1.f, 2.f, 2.f}, {1, 2, 4, 1});
    GradientTape tape;
    tape.watch(x);
    const Tensor dx = tape.gradient(MaxPooling2D(2)(x), x);
    CHECK(numbers::of(dx) == std::vector<double>{1, 0, 1, 0, 0, 0, 0, 0});
}

TEST_CASE("MaxPooling2D's padding never wins", "[layers][max_pooling2d]") {
    const Tensor y = MaxPooling2D(3, {.strides = 1, .padding = "same"})(full({1, 3, 3, 2}, -5));
    CHECK(numbers::of(y) == numbers::of(full({1, 3, 3, 2}, -5)));
}
