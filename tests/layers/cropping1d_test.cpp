#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/layers/cropping1d.hpp>

using namespace keratin;
using layers::Cropping1D;

TEST_CASE("Cropping1D cuts off what it says", "[layers][cropping1d]") {
    const Tensor x = Tensor::from({0.f, 1.f, 2.f, 3.f, 4.f}, {1, 5, 1});
    CHECK(numbers::of(layers::Cropping1D({1, 2})(x)) == std::vector<double>{1, 2});
    CHECK(numbers::of(layers::Cropping1D(0)(x)) == numbers::of(x));
    CHECK(layers::Cropping1D(2).compute_output_shape({3, Shape::unknown, 2}) == Shape{3, Shape::unknown, 2});
}
