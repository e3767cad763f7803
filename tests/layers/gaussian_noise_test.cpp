#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/gaussian_noise.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::GaussianNoise;

namespace {

const CallOptions training = {.training = true};

}  // namespace

TEST_CASE("GaussianNoise adds normal numbers of its standard deviation", "[layers][gaussian_noise]") {
    const double stddev = GENERATE(0.05, 0.5, 1.0);
    const int64_t n = 40000;
    const Tensor noise =
        GaussianNoise(stddev, {.seed = 1, .dtype = float64})(full({n}, 3, float64), training) - 3;
    const double error = stddev / std::sqrt(static_cast<double>(n));
    CHECK(std::abs(reduce_mean(noise).item<double>()) < 4 * error);
    CHECK(reduce_std(noise).item<double>() == Approx(stddev).epsilon(0.02));
    const double beyond = reduce_mean(cast(abs(noise) > 2 * stddev, float64)).item<double>();
    CHECK(beyond == Approx(0.0455).epsilon(0.1));
}

TEST_CASE("GaussianNoise repeats with its seed, and leaves inference alone", "[layers][gaussian_noise]") {
    const Tensor x = ones({30});
    CHECK(GaussianNoise(0.5)(x).same_buffer(x));
    CHECK(GaussianNoise(0)(x, training).same_buffer(x));
    const GaussianNoise layer(0.5, {.seed = 6});
    const Tensor first = layer(x, training), second = layer(x, training);
    CHECK_FALSE(conformance::same(first, second));
    CHECK(conformance::same(GaussianNoise(0.5, {.seed = 6})(x, training), first));
    CHECK(conformance::same((*layer.clone())(x, training), first));
    CHECK_FALSE(conformance::same(GaussianNoise(0.5, {.seed = 7})(x, training), first));
}
