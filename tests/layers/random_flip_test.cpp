#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/random_flip.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::FlipMode;
using layers::RandomFlip;

namespace {

const CallOptions training = {.training = true};
const Slice backwards{Slice::end, Slice::end, -1};

}  // namespace

TEST_CASE("RandomFlip turns half of the images over, whole ones", "[layers][random_flip]") {
    const Tensor image = numbers::distinct({3, 4, 2}, 1, 1.0, float32);
    const auto share_of = [&](FlipMode mode, const Tensor& turned) {
        const int64_t n = 400;
        const Tensor y = RandomFlip(mode, {.seed = 1})(broadcast_to(image, {n, 3, 4, 2}), training);
        int64_t count = 0;
        for (int64_t i = 0; i < n; ++i) {
            const Tensor one = squeeze(slice(y, {{i, i + 1}}), 0);
            const bool flipped = conformance::same(one, turned);
            REQUIRE((flipped || conformance::same(one, image)));
            count += flipped;
        }
        return static_cast<double>(count) / static_cast<double>(n);
    };
    CHECK(std::abs(share_of("horizontal", slice(image, {{}, backwards})) - 0.5) < 0.1);
    CHECK(std::abs(share_of("vertical", slice(image, {backwards})) - 0.5) < 0.1);
    CHECK(std::abs(share_of("horizontal_and_vertical", slice(image, {backwards, backwards})) - 0.5) < 0.1);
}

TEST_CASE("RandomFlip repeats with its seed, and leaves inference alone", "[layers][random_flip]") {
    const Tensor x = numbers::distinct({30, 2, 2, 1}, 1, 1.0, float32);
    CHECK(RandomFlip()(x).same_buffer(x));
    const RandomFlip layer("horizontal", {.seed = 6});
    const Tensor first = layer(x, training), second = layer(x, training);
    CHECK_FALSE(conformance::same(first, second));
    CHECK(conformance::same((*layer.clone())(x, training), first));
    CHECK(layer(zeros({2, 2, 1}, uint8), training).shape() == Shape{2, 2, 1});
}
