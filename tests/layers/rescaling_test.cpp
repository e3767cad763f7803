#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/rescaling.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Rescaling;

TEST_CASE("Rescaling passes the conformance routine of every layer", "[layers][rescaling]") {
    check_layer<Rescaling>([] { return Rescaling(1 / 127.5, {.offset = -1}); },
                           {.default_name = "rescaling", .input = {2, 3, 4, 1}, .output = {2, 3, 4, 1}});
}

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
    check_layer<Rescaling>(
        [] {
            return Rescaling({0.5, 2.0}, {.offset = {1, -1}});
        },
        {.default_name = "rescaling", .input = {2, 3, 2}, .output = {2, 3, 2}});
    CHECK(to_string(Rescaling({2, 4}, {.offset = 1})(ones({1, 2}, uint8))) == "[[3. 5.]]");
    CHECK(to_string(Rescaling(2, {.offset = {0, 1}})(ones({1, 2}))) == "[[2. 3.]]");
}

TEST_CASE("Rescaling wants a number per channel", "[layers][rescaling][errors]") {
    CHECK_THROWS_MATCHES(Rescaling({1, 2}, {.name = "r"})(zeros({4, 3})), ShapeError,
                         Message("r: scale holds 2 numbers, input of shape (4, 3) has no axis of 2 channels "
                                 "at its end; give one number, or one per channel"));
    CHECK_THROWS_AS(Rescaling(1, {.offset = {1, 2}})(zeros({2, 1})), ShapeError);
}

TEST_CASE("Rescaling before a layer makes bytes fit for it", "[layers][rescaling]") {
    Sequential model(Rescaling(1. / 255), layers::Flatten(), layers::Dense(3));
    CHECK(model(zeros({2, 4, 4, 1}, uint8)).shape() == Shape{2, 3});
    CHECK(model.compute_output_shape({Shape::unknown, 4, 4, 1}) == Shape{Shape::unknown, 3});
}

TEST_CASE("Rescaling's scale must be given in a config", "[layers][rescaling][errors]") {
    CHECK_THROWS_MATCHES(layer_from_config(Config::object({{"class_name", "Rescaling"}})), ValueError,
                         Message("Rescaling: its config has no \"scale\", which must be given"));
}
