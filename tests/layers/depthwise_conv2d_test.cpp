#include "support/catch.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers/depthwise_conv2d.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/shaping.hpp>

using namespace keratin;
using layers::DepthwiseConv2D;

TEST_CASE("DepthwiseConv2D is depthwise_conv2d plus bias, strides of every kind included",
          "[layers][depthwise_conv2d]") {
    const Tensor x = numbers::distinct({2, 7, 6, 3}, 1);
    for (const Padding padding : {Padding("valid"), Padding("same")})
        for (const Size2 strides : {Size2(1), Size2(2), Size2(1, 2), Size2(3, 2)}) {
            INFO(strides);
            const DepthwiseConv2D layer({.kernel_size = {3, 2},
                                         .strides = strides,
                                         .padding = padding,
                                         .depth_multiplier = 2,
                                         .dtype = float64});
            layer(x);
            conformance::fill(layer);
            const Tensor y =
                nn::depthwise_conv2d(x, layer.kernel, {.strides = strides, .padding = padding}) + layer.bias;
            CHECK(numbers::difference(layer(x), y) < 1e-14);
        }
}

TEST_CASE("DepthwiseConv2D has one kernel under two names", "[layers][depthwise_conv2d]") {
    DepthwiseConv2D layer({.kernel_size = 3, .name = "d"});
    const DepthwiseConv2D early = layer;
    layer.build({1, 4, 4, 2});
    CHECK(layer.depthwise_kernel.same_as(layer.kernel));
    CHECK(early.depthwise_kernel.same_as(layer.kernel));
    CHECK(layer.depthwise_kernel.path() == "d/kernel");
    CHECK(layer.variables().size() == 2);
    layer.depthwise_kernel.assign(ones({3, 3, 2, 1}));
    CHECK(numbers::of(layer.kernel) == numbers::of(ones({3, 3, 2, 1})));
}
