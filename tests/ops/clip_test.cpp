#include "ops/support.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/ops/elementwise.hpp>

#include <limits>

using namespace keratin;
using namespace keratin::test;

TEST_CASE("clip keeps every dtype within its bounds", "[ops][clip]") {
    const DType dtype = GENERATE(float32, float64, int32, int64, uint8);
    CHECK(values(clip(cast(Tensor::from({1.0, 3.0, 5.0, 9.0}), dtype), 2, 6)) ==
          std::vector<double>{2, 3, 5, 6});
}

TEST_CASE("clip has right first and second derivatives", "[ops][clip][gradients]") {
    const Shape shape = GENERATE(Shape{}, Shape{9}, Shape{3, 4}, Shape{0});
    check_derivatives([](const std::vector<Tensor>& x) { return square(clip(x[0], -0.5, 0.75)); },
                      {sample(shape)});
}

TEST_CASE("The gradient of clip passes at the bounds themselves, as in TensorFlow",
          "[ops][clip][gradients]") {
    const Tensor x = Tensor::from({-1.5f, -1.f, 0.f, 1.f, 1.5f});
    GradientTape tape;
    tape.watch(x);
    CHECK(values(tape.gradient(clip(x, -1, 1), x)) == std::vector<double>{0, 1, 1, 1, 0});
}

TEST_CASE("clip says which bounds do not fit", "[ops][clip][errors]") {
    CHECK_THROWS_MATCHES(clip(zeros({2}), 3, 1), ValueError,
                         Message("clip: low 3 is above high 1; swap them"));
    CHECK_THROWS_MATCHES(clip(zeros({2}), 0, std::numeric_limits<double>::quiet_NaN()), ValueError,
                         Message("clip: bounds 0 and nan must be numbers"));
    CHECK_THROWS_AS(clip(zeros({2}, int32), 0.5, 1), DTypeError);
    CHECK_THROWS_AS(clip(zeros({2}, bool_), 0, 1), DTypeError);
    CHECK_THROWS_AS(clip(Tensor(), 0, 1), ValueError);
}
