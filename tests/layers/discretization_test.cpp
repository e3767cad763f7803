#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/core/random.hpp>
#include <keratin/layers/discretization.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::Discretization;

TEST_CASE("Discretization puts a boundary into the bin above it", "[layers][discretization]") {
    const Discretization layer({.bin_boundaries = {0.0, 1.0}});
    CHECK(to_string(layer(Tensor::from({-1.f, 0.f, 0.5f, 1.f, 9.f}))) == "[0 1 1 2 2]");
}

TEST_CASE("Discretization finds boundaries that leave as much in each bin", "[layers][discretization]") {
    Discretization layer({.num_bins = 4});
    const Discretization copy = layer;
    const Tensor x = random::normal({4000}, {.seed = 1});
    layer.adapt(x);
    REQUIRE(copy.bin_boundaries().size() == 3);
    const Tensor bins = copy(x);
    for (int bin = 0; bin < 4; ++bin)
        CHECK(reduce_mean(cast(bins == bin, float64)).item<double>() == Approx(0.25).margin(0.02));
    CHECK(conformance::same((*layer.clone())(x), bins));
}
