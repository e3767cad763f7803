#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/dense.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/rescaling.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::Rescaling;

TEST_CASE("Rescaling maps every byte into the layer's dtype", "[layers][rescaling]") {
    const DType dtype = GENERATE(float32, float64);
    const Tensor bytes = arange(0, 256, 1, uint8);
    const Tensor y = Rescaling(1. / 255, {.offset = 0.5, .dtype = dtype})(bytes);
    REQUIRE(y.dtype() == dtype);
    const double tolerance = dtype == float32 ? 2e-7 : 1e-15;
    for (int i = 0; i < 256; ++i)
        CHECK(numbers::of(y)[static_cast<size_t>(i)] == Approx(i / 255. + 0.5).epsilon(tolerance));
}

TEST_CASE("Rescaling takes every dtype and shape", "[layers][rescaling]") {
    const Rescaling twice(2, {.offset = 1});
    for (const DType dtype : {float32, float64, int32, int64, uint8, bool_}) {
        INFO(dtype);
        const Tensor y = twice(ones({3}, dtype));
        CHECK(y.dtype() == float32);
        CHECK(to_string(y) == "[3. 3. 3.]");
    }
    CHECK(twice(Tensor::scalar(-3, int32)).item<double>() == -5);
    CHECK(twice(zeros({0, 4}, uint8)).shape() == Shape{0, 4});
}

TEST_CASE("Rescaling gives each channel its own scale and offset", "[layers][rescaling]") {
    CHECK(to_string(Rescaling({2, 4}, {.offset = 1})(ones({1, 2}, uint8))) == "[[3. 5.]]");
    CHECK(to_string(Rescaling(2, {.offset = {0, 1}})(ones({1, 2}))) == "[[2. 3.]]");
}

TEST_CASE("Rescaling before a layer makes bytes fit for it", "[layers][rescaling]") {
    Sequential model(Rescaling(1. / 255), layers::Flatten(), layers::Dense(3));
    CHECK(model(zeros({2, 4, 4, 1}, uint8)).shape() == Shape{2, 3});
    CHECK(model.compute_output_shape({Shape::unknown, 4, 4, 1}) == Shape{Shape::unknown, 3});
}
