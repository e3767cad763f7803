#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/random_transform.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::RandomRotation;
using layers::RandomTransform;
using layers::RandomTranslation;
using layers::RandomZoom;

namespace {

const CallOptions training = {.training = true};

}  // namespace

TEST_CASE("RandomRotation by a quarter is NumPy's rot90", "[layers][random_transform]") {
    const Tensor x = numbers::distinct({1, 5, 5, 1}, 1, 1.0, float32);
    const Tensor turned = RandomRotation({0.25, 0.25})(x, training);
    const Slice backwards{Slice::end, Slice::end, -1};
    const Tensor expected = slice(transpose(x, {0, 2, 1, 3}), {{}, backwards});
    CHECK(numbers::difference(turned, expected) < 1e-5);
}

TEST_CASE("RandomTranslation moves each image by its own share, within bounds",
          "[layers][random_transform]") {
    const int64_t n = 300, side = 100;
    Tensor ramp = broadcast_to(reshape(arange(0, side), {1, 1, side, 1}), {n, 1, side, 1});
    const Tensor y = RandomTranslation(0, {-0.1, 0.3}, {.fill_mode = "nearest", .seed = 1})(ramp, training);
    double lowest = 1, highest = -1, sum = 0;
    for (int64_t i = 0; i < n; ++i) {
        const double shift = (50 - y.at<float>({i, 0, 50, 0})) / static_cast<double>(side);
        lowest = std::min(lowest, shift);
        highest = std::max(highest, shift);
        sum += shift;
    }
    CHECK(lowest >= -0.1 - 1e-6);
    CHECK(lowest < -0.08);
    CHECK(highest <= 0.3 + 1e-6);
    CHECK(highest > 0.28);
    CHECK(sum / static_cast<double>(n) == Approx(0.1).margin(0.03));
}

TEST_CASE("Random transforms repeat with their seed, and leave inference alone",
          "[layers][random_transform]") {
    const Tensor x = numbers::distinct({3, 4, 4, 1}, 1, 1.0, float32);
    CHECK(RandomRotation(0.3)(x).same_buffer(x));
    const RandomZoom layer(0.4, {.seed = 6});
    const Tensor first = layer(x, training), second = layer(x, training);
    CHECK_FALSE(conformance::same(first, second));
    CHECK(conformance::same((*layer.clone())(x, training), first));
    CHECK(RandomRotation(0.3)(zeros({2, 2, 1}, uint8), training).dtype() == float32);
}
