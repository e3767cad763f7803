#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/core/random.hpp>
#include <keratin/layers/alpha_dropout.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::AlphaDropout;

namespace {

const CallOptions training = {.training = true};

}  // namespace

TEST_CASE("AlphaDropout keeps mean and variance of normal numbers", "[layers][alpha_dropout]") {
    const double rate = GENERATE(0.1, 0.4, 0.7);
    const Tensor x = random::normal({60000}, {.dtype = float64, .seed = 2});
    const Tensor y = AlphaDropout(rate, {.seed = 1, .dtype = float64})(x, training);
    CHECK(std::abs(reduce_mean(y).item<double>()) < 0.03);
    CHECK(reduce_std(y).item<double>() == Approx(1).epsilon(0.02));
}

TEST_CASE("AlphaDropout drops the share that its rate says, to one value", "[layers][alpha_dropout]") {
    const double rate = GENERATE(0.1, 0.4, 0.7);
    const double saturation = -1.0507009873554805 * 1.6732632423543772;
    const double a = 1 / std::sqrt((1 - rate) * (1 + rate * saturation * saturation));
    const double low = a * saturation * (1 - rate), high = a * (1 - saturation * rate);
    const int64_t n = 20000;
    double dropped = 0;
    for (const double value :
         numbers::of(AlphaDropout(rate, {.seed = 1, .dtype = float64})(ones({n}), training))) {
        const bool is_low = std::abs(value - low) < 1e-9;
        REQUIRE((is_low || std::abs(value - high) < 1e-9));
        dropped += is_low;
    }
    const double expected = rate * static_cast<double>(n);
    CHECK(std::abs(dropped - expected) < 4 * std::sqrt(expected * (1 - rate)));
}

TEST_CASE("AlphaDropout decides once along the axes of extent 1 of its noise shape",
          "[layers][alpha_dropout]") {
    const AlphaDropout layer(0.5, {.noise_shape = Shape{Shape::unknown, 1, 3}, .seed = 4});
    const Tensor y = layer(ones({40, 6, 3}), training);
    for (int64_t row = 1; row < 6; ++row)
        CHECK(conformance::same(slice(y, {{}, {row, row + 1}}), slice(y, {{}, {0, 1}})));
}

TEST_CASE("AlphaDropout repeats with its seed, and leaves inference alone", "[layers][alpha_dropout]") {
    const Tensor x = ones({30});
    CHECK(AlphaDropout(0.5)(x).same_buffer(x));
    CHECK(AlphaDropout(0)(x, training).same_buffer(x));
    const AlphaDropout layer(0.5, {.seed = 6});
    const Tensor first = layer(x, training), second = layer(x, training);
    CHECK_FALSE(conformance::same(first, second));
    CHECK(conformance::same(AlphaDropout(0.5, {.seed = 6})(x, training), first));
    CHECK(conformance::same((*layer.clone())(x, training), first));
    CHECK_FALSE(conformance::same(AlphaDropout(0.5, {.seed = 7})(x, training), first));
}
