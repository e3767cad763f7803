#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/spatial_dropout.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::SpatialDropout;
using layers::SpatialDropout1D;
using layers::SpatialDropout2D;

namespace {

const CallOptions training = {.training = true};

}  // namespace

TEST_CASE("SpatialDropout drops whole feature maps, the share that its rate says",
          "[layers][spatial_dropout]") {
    const double rate = GENERATE(0.1, 0.5, 0.9);
    const int64_t maps = 100 * 40;
    const Tensor y = SpatialDropout2D(rate, {.seed = 1})(ones({100, 2, 3, 40}), training);
    const Tensor sums = reduce_sum(y, {1, 2});
    double dropped = 0;
    for (const double sum : numbers::of(sums)) {
        dropped += sum == 0;
        if (sum != 0) REQUIRE(sum == Approx(6 / (1 - rate)));
    }
    CHECK(std::abs(dropped - rate * maps) < 4 * std::sqrt(maps * rate * (1 - rate)));
}

TEST_CASE("SpatialDropout1D repeats with its seed, and leaves inference alone", "[layers][spatial_dropout]") {
    const Tensor x = ones({8, 3, 5});
    CHECK(SpatialDropout1D(0.5)(x).same_buffer(x));
    const SpatialDropout1D layer(0.5, {.seed = 6});
    const Tensor first = layer(x, training), second = layer(x, training);
    CHECK_FALSE(conformance::same(first, second));
    CHECK(conformance::same(SpatialDropout1D(0.5, {.seed = 6})(x, training), first));
    CHECK(conformance::same((*layer.clone())(x, training), first));
    CHECK_FALSE(conformance::same(SpatialDropout1D(0.5, {.seed = 7})(x, training), first));
    CHECK(reduce_sum(SpatialDropout1D(1)(x, training)).item<float>() == 0);
}

TEST_CASE("SpatialDropout's config is Keras's, which keeps a frozen layer frozen",
          "[layers][spatial_dropout]") {
    const SpatialDropout2D layer(0.25, {.name = "s"});
    CHECK(layer.get_config().to_json() ==
          R"({"rate":0.25,"seed":null,"name":"s","dtype":"float32","data_format":"channels_last"})");
    CHECK_FALSE(SpatialDropout1D(0.25, {.trainable = false}).clone()->trainable);
}
