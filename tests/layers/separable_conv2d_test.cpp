#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/separable_conv2d.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/conv.hpp>

using namespace keratin;
using layers::SeparableConv2D;

TEST_CASE("SeparableConv2D is two convolutions and a bias", "[layers][separable_conv2d]") {
    const Tensor x = numbers::distinct({2, 7, 6, 3}, 1);
    const SeparableConv2D layer(5, {.kernel_size = 3, .depth_multiplier = 2, .dtype = float64});
    layer(x);
    conformance::fill(layer);
    const Tensor y =
        nn::conv2d(nn::depthwise_conv2d(x, layer.depthwise_kernel), layer.pointwise_kernel) + layer.bias;
    CHECK(numbers::difference(layer(x), y) < 1e-14);
}
