#include "support/catch.hpp"

#include "core/normal_quantile.hpp"

#include <cmath>

using keratin::normal_quantile;

namespace {

/// The probability of a standard normal number below x.
double probability(double x) {
    return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

}  // namespace

TEST_CASE("normal_quantile is the inverse of the normal distribution", "[core][random]") {
    for (double p = 1e-300; p < 1e-3; p *= 7.7)
        CHECK(probability(normal_quantile(p)) == Approx(p).epsilon(1e-11));
    for (double p = 1e-3; p < 1; p += 1e-3) {
        INFO(p);
        CHECK(probability(normal_quantile(p)) == Approx(p).epsilon(1e-13));
    }
}

TEST_CASE("normal_quantile is odd around one half", "[core][random]") {
    CHECK(normal_quantile(0.5) == 0.0);
    for (double p = 0x1p-52; p < 0.5; p *= 2) CHECK(normal_quantile(1 - p) == -normal_quantile(p));
}
