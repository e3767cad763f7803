#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/average_pooling2d.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::AveragePooling2D;

TEST_CASE("AveragePooling2D gives Keras's output shapes", "[layers][average_pooling2d]") {
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
    const AveragePooling2D layer(pool, {.strides = strides, .padding = padding});
    CHECK(layer(zeros(in)).shape() == out);
    CHECK(layer.compute_output_shape(in) == out);
    CHECK(layer.compute_output_shape(in.with(1, Shape::unknown)) == out.with(1, Shape::unknown));
}

TEST_CASE("AveragePooling2D shares a window's gradient out equally", "[layers][average_pooling2d]") {
    const Tensor x = numbers::distinct({1, 2, 4, 1}, 1);
    GradientTape tape;
    tape.watch(x);
    const Tensor y = AveragePooling2D(2, {.dtype = float64})(x);
    const Tensor upstream = Tensor::from({4.0, 8.0}, y.shape());
    const Tensor dx = tape.gradient(y, x, {.output_gradients = upstream});
    CHECK(numbers::of(dx) == std::vector<double>{1, 1, 2, 2, 1, 1, 2, 2});
}

TEST_CASE("AveragePooling2D's padding does not count", "[layers][average_pooling2d]") {
    const Tensor y = AveragePooling2D(3, {.strides = 1, .padding = "same"})(ones({1, 3, 3, 2}));
    CHECK(numbers::difference(y, ones({1, 3, 3, 2})) < 1e-6);
    // Corners of a 2 by 2 image see all four pixels.
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 6.f}, {1, 2, 2, 1});
    CHECK(numbers::difference(AveragePooling2D(3, {.strides = 1, .padding = "same"})(x),
                              full({1, 2, 2, 1}, 3)) < 1e-6);
}
