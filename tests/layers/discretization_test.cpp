#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/discretization.hpp>
#include <keratin/ops/elementwise.hpp>

using namespace keratin;
using conformance::check_encoder;
using layers::Discretization;

TEST_CASE("Discretization passes the conformance routine of layers without gradients",
          "[layers][discretization]") {
    check_encoder<Discretization>(
        [] {
            return Discretization({.bin_boundaries = {0.0, 0.5}});
        },
        {.default_name = "discretization", .input = {2, 3}, .output = {2, 3}, .output_dtype = int32});
    check_encoder<Discretization>(
        [] {
            return Discretization({.bin_boundaries = {0.0, 0.5}, .output_mode = "count"});
        },
        {.default_name = "discretization", .input = {2, 3}, .output = {2, 3}});
}

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

TEST_CASE("Discretization says what it does not take", "[layers][discretization][errors]") {
    CHECK_THROWS_MATCHES(Discretization({.name = "d"}), ValueError,
                         Message("d: none of bin_boundaries and num_bins is given; give one of them"));
    CHECK_THROWS_AS(Discretization({.bin_boundaries = {1.0}, .num_bins = 2}), ValueError);
    CHECK_THROWS_MATCHES(Discretization({.bin_boundaries = {1.0, 0.0}, .name = "d"}), ValueError,
                         Message("d: bin_boundaries do not ascend; sort them"));
    CHECK_THROWS_AS(Discretization({.num_bins = 0}), ValueError);
    CHECK_THROWS_AS(Discretization({.num_bins = 2, .epsilon = 0}), ValueError);
    CHECK_THROWS_MATCHES(Discretization({.num_bins = 2, .name = "d"})(zeros({2})), ValueError,
                         Message("d: it has no boundaries yet; call adapt() first, or give bin_boundaries"));
    Discretization given({.bin_boundaries = {0.0, 1.0}, .name = "d"});
    CHECK_THROWS_MATCHES(
        given.adapt(zeros({2})), ValueError,
        Message("d: bin_boundaries were given, there is nothing to adapt; give num_bins instead"));
}
