#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/gaussian_dropout.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>

using namespace keratin;
using layers::GaussianDropout;

namespace {

const CallOptions training = {.training = true};

}  // namespace

TEST_CASE("GaussianDropout multiplies with normal numbers around 1", "[layers][gaussian_dropout]") {
    const double rate = GENERATE(0.1, 0.5, 0.8);
    const int64_t n = 40000;
    const Tensor y =
        GaussianDropout(rate, {.seed = 1, .dtype = float64})(full({n}, 3, float64), training) / 3;
    const double stddev = std::sqrt(rate / (1 - rate));
    CHECK(std::abs(reduce_mean(y).item<double>() - 1) < 4 * stddev / std::sqrt(static_cast<double>(n)));
    CHECK(reduce_std(y).item<double>() == Approx(stddev).epsilon(0.02));
}

TEST_CASE("GaussianDropout repeats with its seed, and leaves inference alone", "[layers][gaussian_dropout]") {
    const Tensor x = ones({30});
    CHECK(GaussianDropout(0.5)(x).same_buffer(x));
    CHECK(GaussianDropout(0)(x, training).same_buffer(x));
    const GaussianDropout layer(0.5, {.seed = 6});
    const Tensor first = layer(x, training), second = layer(x, training);
    CHECK_FALSE(conformance::same(first, second));
    CHECK(conformance::same(GaussianDropout(0.5, {.seed = 6})(x, training), first));
    CHECK(conformance::same((*layer.clone())(x, training), first));
    CHECK_FALSE(conformance::same(GaussianDropout(0.5, {.seed = 7})(x, training), first));
}
