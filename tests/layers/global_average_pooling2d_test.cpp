#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/layers/global_average_pooling2d.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using layers::GlobalAveragePooling2D;

TEST_CASE("GlobalAveragePooling2D is the mean of each channel", "[layers][global_average_pooling2d]") {
    const Tensor x = Tensor::from({1.f, 10.f, 2.f, 20.f, 3.f, 30.f, 6.f, 60.f}, {1, 2, 2, 2});
    CHECK(to_string(GlobalAveragePooling2D()(x)) == "[[ 3. 30.]]");
    GradientTape tape;
    tape.watch(x);
    CHECK(numbers::of(tape.gradient(GlobalAveragePooling2D()(x), x)) == std::vector<double>(8, 0.25));
}
