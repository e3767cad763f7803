#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/random_crop.hpp>
#include <keratin/ops/shaping.hpp>

#include <set>

using namespace keratin;
using layers::RandomCrop;

namespace {

const CallOptions training = {.training = true};

}  // namespace

TEST_CASE("RandomCrop takes every place that there is, one for the whole batch", "[layers][random_crop]") {
    const Tensor x = reshape(arange(0, 40), {2, 4, 5, 1});
    const RandomCrop layer(2, 3, {.seed = 1});
    std::set<std::pair<int, int>> places;
    for (int i = 0; i < 200; ++i) {
        const Tensor y = layer(x, training);
        const int first = static_cast<int>(y.at<float>({0, 0, 0, 0}));
        places.insert({first / 5, first % 5});
        const int64_t top = first / 5, left = first % 5;
        REQUIRE(conformance::same(y, slice(x, {{}, {top, top + 2}, {left, left + 3}})));
    }
    CHECK(places.size() == 9);
}

TEST_CASE("RandomCrop repeats with its seed; at inference it is the middle", "[layers][random_crop]") {
    const Tensor x = numbers::distinct({1, 20, 20, 1}, 1, 1.0, float32);
    const RandomCrop layer(3, 3, {.seed = 6});
    const Tensor first = layer(x, training), second = layer(x, training);
    CHECK_FALSE(conformance::same(first, second));
    CHECK(conformance::same((*layer.clone())(x, training), first));
    const Tensor wide = numbers::distinct({1, 3, 7, 1}, 1, 1.0, float32);
    CHECK(conformance::same(layer(wide), slice(wide, {{}, {}, {2, 5}})));
    CHECK(layer(zeros({20, 20, 1}, uint8)).shape() == Shape{3, 3, 1});
}
