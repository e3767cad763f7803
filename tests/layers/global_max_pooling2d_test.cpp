#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/global_max_pooling2d.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::GlobalMaxPooling2D;

TEST_CASE("GlobalMaxPooling2D is the largest of each channel; ties share its gradient",
          "[layers][global_max_pooling2d]") {
    const Tensor x = Tensor::from({1.f, -10.f, 7.f, -20.f, 7.f, -30.f, 6.f, -60.f}, {1, 2, 2, 2});
    CHECK(to_string(GlobalMaxPooling2D()(x)) == "[[  7. -10.]]");
    GradientTape tape;
    tape.watch(x);
    CHECK(numbers::of(tape.gradient(GlobalMaxPooling2D()(x), x)) ==
          std::vector<double>{0, 1, 0.5, 0, 0.5, 0, 0, 0});
}
