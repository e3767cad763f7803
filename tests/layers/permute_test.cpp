#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/permute.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::Permute;

TEST_CASE("Permute passes the conformance routine of every layer", "[layers][permute]") {
    SECTION("two axes") {
        check_layer<Permute>(
            [] {
                return Permute({2, 1});
            },
            {.default_name = "permute", .input = {2, 3, 4}, .output = {2, 4, 3}});
    }
    SECTION("three axes") {
        check_layer<Permute>(
            [] {
                return Permute({3, 1, 2});
            },
            {.default_name = "permute", .input = {2, 3, 4, 2}, .output = {2, 2, 3, 4}});
    }
}

TEST_CASE("Permute says what does not fit", "[layers][permute][errors]") {
    CHECK_THROWS_MATCHES(Permute({1, 3}, {.name = "l"}), ValueError,
                         Message("l: dims (1, 3) must name every axis once, counted from 1"));
    CHECK_THROWS_MATCHES(Permute({0, 1}, {.name = "l"}), ValueError,
                         Message("l: dims (0, 1) must name every axis once, counted from 1"));
    const auto layer = Permute({2, 1}, {.name = "l"});
    CHECK_THROWS_MATCHES(layer(zeros({2, 3})), ShapeError,
                         Message("l: input has shape (2, 3); dims (2, 1) are for the batch and 2 axes"));
    CHECK_THROWS_MATCHES(layer.compute_output_shape({2, 3}), ShapeError,
                         Message("l: input has shape (2, 3); dims (2, 1) are for the batch and 2 axes"));
}
