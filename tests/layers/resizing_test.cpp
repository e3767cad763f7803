#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/resizing.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::Resizing;

TEST_CASE("Resizing to the same size changes nothing, twice the size nearest repeats", "[layers][resizing]") {
    const Tensor x = Tensor::from({1.f, 2.f, 3.f, 4.f}, {2, 2, 1});
    CHECK(conformance::same(Resizing(2, 2)(x), x));
    CHECK(to_string(reshape(Resizing(2, 4, {.interpolation = "nearest"})(x), {2, 4})) ==
          "[[1. 1. 2. 2.]\n [3. 3. 4. 4.]]");
}

TEST_CASE("Resizing leaves bytes bytes, rounded", "[layers][resizing]") {
    const Resizing layer(1, 4);
    const Tensor y = layer(convert(Tensor::from({0, 10}, {1, 2, 1}), uint8));
    CHECK(y.dtype() == uint8);
    CHECK(to_string(reshape(y, {4})) == "[ 0  2  8 10]");
    CHECK(layer.compute_output_dtype({uint8}) == uint8);
    CHECK(layer.compute_output_dtype({float64}) == float32);
}
