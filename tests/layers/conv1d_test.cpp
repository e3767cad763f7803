#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/conv1d.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::Conv1D;

TEST_CASE("Conv1D's activation sees sequences", "[layers][conv1d]") {
    const Conv1D layer(2, {.kernel_size = 2, .activation = [](const Tensor& x) {
                               CHECK(x.shape() == Shape{1, 3, 2});
                               return x;
                           }});
    CHECK(layer(ones({1, 4, 3})).shape() == Shape{1, 3, 2});
}

TEST_CASE("No output of a causal Conv1D sees a later step", "[layers][conv1d]") {
    const Conv1D layer(2, {.kernel_size = 3, .padding = "causal", .dilation_rate = 2});
    const Tensor x = numbers::distinct({1, 6, 2}, 1, 1.0, float32);
    const Tensor y = layer(x);
    const Tensor early = layer(slice(x, {{}, {0, 4}}));
    CHECK(numbers::difference(slice(y, {{}, {0, 4}}), early) < 1e-7);
}

TEST_CASE("Conv1D gives Keras's output shapes", "[layers][conv1d]") {
    const Shape any{Shape::unknown, Shape::unknown, 3};
    CHECK(Conv1D(4, {.kernel_size = 5, .padding = "causal"}).compute_output_shape({1, 32, 3}) ==
          Shape{1, 32, 4});
    CHECK(Conv1D(4, {.kernel_size = 3, .strides = 2}).compute_output_shape({2, 9, 3}) == Shape{2, 4, 4});
    CHECK(Conv1D(4, {.kernel_size = 3, .padding = "same"}).compute_output_shape(any) == any.with(-1, 4));
}
