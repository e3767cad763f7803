#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/spatial_dropout.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::SpatialDropout;
using layers::SpatialDropout1D;
using layers::SpatialDropout2D;

namespace {

const CallOptions training = {.training = true};

conformance::Facts facts_of(const char* name, Shape shape) {
    conformance::Facts facts{.default_name = name, .input = shape, .output = shape};
    facts.training_differs = true;
    facts.before_call = [](Layer& layer) {
        dynamic_cast<SpatialDropout&>(layer).seed_generator.set_state({7, 0});
    };
    return facts;
}

}  // namespace

TEST_CASE("SpatialDropout1D and 2D pass the conformance routine of every layer",
          "[layers][spatial_dropout]") {
    check_layer<SpatialDropout1D>([] { return SpatialDropout1D(0.4); },
                                  facts_of("spatial_dropout1d", {2, 3, 4}));
    check_layer<SpatialDropout2D>([] { return SpatialDropout2D(0.4, {.seed = 3}); },
                                  facts_of("spatial_dropout2d", {2, 3, 2, 4}));
}

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

TEST_CASE("SpatialDropout says what it does not take", "[layers][spatial_dropout][errors]") {
    CHECK_THROWS_MATCHES(SpatialDropout1D(1.5, {.name = "s"}), ValueError,
                         Message("s: rate is 1.5; it must be within [0, 1]"));
    CHECK_THROWS_MATCHES(SpatialDropout1D(0.5, {.name = "s"})(zeros({2, 3})), ShapeError,
                         Message("s: input has shape (2, 3); (batch, steps, channels) is needed"));
    CHECK_THROWS_MATCHES(SpatialDropout2D(0.5, {.name = "s"})(zeros({2, 3, 4})), ShapeError,
                         Message("s: input has shape (2, 3, 4); (batch, height, width, channels) is needed"));
    CHECK_THROWS_AS(SpatialDropout2D(0.5)(zeros({1, 2, 2, 1}, uint8), training), DTypeError);
}
