#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/random_color.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::RandomBrightness;
using layers::RandomColor;
using layers::RandomContrast;

namespace {

const CallOptions training = {.training = true};

}  // namespace

TEST_CASE("RandomBrightness moves each image by its own share, within bounds", "[layers][random_color]") {
    const int64_t n = 500;
    const Tensor y =
        RandomBrightness({-0.1, 0.3}, {.value_range = {0, 10}, .seed = 1})(full({n, 2, 2, 1}, 5), training);
    const Tensor shifts = (reduce_mean(y, {1, 2, 3}) - 5) / 10;
    CHECK(reduce_max(reduce_max(y, {1, 2, 3}) - reduce_min(y, {1, 2, 3})).item<float>() == 0);
    CHECK(reduce_min(shifts).item<double>() >= -0.1 - 1e-6);
    CHECK(reduce_max(shifts).item<double>() <= 0.3 + 1e-6);
    CHECK(reduce_mean(shifts).item<double>() == Approx(0.1).margin(0.02));
    CHECK(reduce_std(shifts).item<double>() == Approx(0.4 / std::sqrt(12)).epsilon(0.1));
}

TEST_CASE("RandomContrast scales the distance from the mean by 1 - lower to 1 + upper",
          "[layers][random_color]") {
    const int64_t n = 500;
    const Tensor x = broadcast_to(Tensor::from({4.f, 6.f}, {1, 1, 2, 1}), {n, 1, 2, 1});
    const Tensor y = RandomContrast({0.2, 0.6}, {.seed = 1})(x, training);
    const Tensor factors = reduce_max(y, {1, 2, 3}) - 5;
    CHECK(reduce_min(factors).item<double>() >= 0.8 - 1e-5);
    CHECK(reduce_max(factors).item<double>() <= 1.6 + 1e-5);
    CHECK(reduce_mean(factors).item<double>() == Approx(1.2).margin(0.04));
}

TEST_CASE("Random colors repeat with their seed, and leave inference alone", "[layers][random_color]") {
    const Tensor x = numbers::distinct({3, 4, 4, 1}, 1, 100.0, float32) + 100;
    CHECK(RandomContrast(0.3)(x).same_buffer(x));
    const RandomBrightness layer(0.4, {.seed = 6});
    const Tensor first = layer(x, training), second = layer(x, training);
    CHECK_FALSE(conformance::same(first, second));
    CHECK(conformance::same((*layer.clone())(x, training), first));
    CHECK(layer(zeros({2, 2, 1}, uint8), training).dtype() == float32);
}
