#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/cropping1d.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Cropping1D;

TEST_CASE("Cropping1D passes the conformance routine of every layer", "[layers][cropping1d]") {
    SECTION("by default") {
        check_layer<Cropping1D>([] { return Cropping1D(); },
                                {.default_name = "cropping1d", .input = {2, 5, 3}, .output = {2, 3, 3}});
    }
    SECTION("uneven") {
        check_layer<Cropping1D>(
            [] {
                return Cropping1D({0, 2});
            },
            {.default_name = "cropping1d", .input = {2, 5, 3}, .output = {2, 3, 3}});
    }
}

TEST_CASE("Cropping1D cuts off what it says", "[layers][cropping1d]") {
    const Tensor x = Tensor::from({0.f, 1.f, 2.f, 3.f, 4.f}, {1, 5, 1});
    CHECK(numbers::of(layers::Cropping1D({1, 2})(x)) == std::vector<double>{1, 2});
    CHECK(numbers::of(layers::Cropping1D(0)(x)) == numbers::of(x));
    CHECK(layers::Cropping1D(2).compute_output_shape({3, Shape::unknown, 2}) == Shape{3, Shape::unknown, 2});
}

TEST_CASE("Cropping1D says what does not fit", "[layers][cropping1d][errors]") {
    CHECK_THROWS_MATCHES(Cropping1D({1, -1}, {.name = "l"}), ValueError,
                         Message("l: cropping (1, -1) must not be negative"));
    const auto layer = Cropping1D({2, 3}, {.name = "l"});
    CHECK_THROWS_MATCHES(layer(zeros({2, 5})), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({2, 5}), ShapeError,
                         Message("l: input has shape (2, 5); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(
        layer(zeros({2, 5, 1})), ShapeError,
        Message("l: cropping (2, 3) leaves nothing of the 5 there are in input (2, 5, 1); use less"));
    CHECK_THROWS_MATCHES(
        layer.compute_output_shape({2, 5, 1}), ShapeError,
        Message("l: cropping (2, 3) leaves nothing of the 5 there are in input (2, 5, 1); use less"));
}
