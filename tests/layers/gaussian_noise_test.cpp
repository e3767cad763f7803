#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/gaussian_noise.hpp>

using namespace keratin;
using conformance::check_layer;
using layers::GaussianNoise;

namespace {

const CallOptions training = {.training = true};

}  // namespace

TEST_CASE("GaussianNoise passes the conformance routine of every layer", "[layers][gaussian_noise]") {
    conformance::Facts facts{.default_name = "gaussian_noise", .input = {2, 3, 4}, .output = {2, 3, 4}};
    facts.training_differs = true;
    facts.before_call = [](Layer& layer) {
        dynamic_cast<GaussianNoise&>(layer).seed_generator.set_state({7, 0});
    };
    check_layer<GaussianNoise>([] { return GaussianNoise(0.2, {.seed = 3}); }, facts);
}

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

TEST_CASE("GaussianNoise says what it does not take", "[layers][gaussian_noise][errors]") {
    CHECK_THROWS_MATCHES(GaussianNoise(1.5, {.name = "g"}), ValueError,
                         Message("g: stddev is 1.5; it must be within [0, 1]"));
    CHECK_THROWS_AS(GaussianNoise(-0.1), ValueError);
    CHECK_THROWS_AS(GaussianNoise(0.5)(zeros({2}, int32), training), DTypeError);
    CHECK_THROWS_MATCHES(layer_from_config(Config::object({{"class_name", "GaussianNoise"}})), ValueError,
                         Message("GaussianNoise: its config has no \"stddev\", which must be given"));
}
