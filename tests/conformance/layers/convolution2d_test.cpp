#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::Input;
using conformance::Type;
using conformance::WrongUse;

const char* const no_image = "input has shape (8, 8, 3); (batch, height, width, channels) is needed";
const char* const not_floating =
    "input is uint8; cast() it to float32, or put a layers::Rescaling(1. / 255) before the layer";
const char* const explicit_padding =
    "padding is ((1, 1), (0, 0)); a layer takes \"valid\" or \"same\": use \"valid\" after "
    "layers::ZeroPadding2D, or nn::conv2d";
const char* const too_small =
    "kernel (3, 3) with dilations (1, 1) does not fit input (1, 2, 8, 3) with padding \"valid\"; use padding "
    "\"same\" or a smaller kernel";

std::vector<WrongUse> wrong_uses_of_conv2d() {
    return {
        {[] { return Conv2D(0, {.kernel_size = 3}); }, "filters is 0; it must be at least 1"},
        {[] {
             return Conv2D(4, {.kernel_size = {3, 0}});
         },
         "kernel_size is (3, 0); both sides must be at least 1"},
        {[] { return Conv2D(4, {.kernel_size = 3, .strides = 0}); },
         "strides is (0, 0); both sides must be at least 1"},
        {[] {
             return Conv2D(4, {.kernel_size = 3, .dilation_rate = {1, -1}});
         },
         "dilation_rate is (1, -1); both sides must be at least 1"},
        {[] { return Conv2D(4, {.kernel_size = 3, .groups = 3}); },
         "3 groups do not divide 4 filters; use a number of filters that is a multiple"},
        {[] { return Conv2D(4, {.kernel_size = 3, .groups = 0}); },
         "0 groups do not divide 4 filters; use a number of filters that is a multiple"},
        {[] {
             return Conv2D(4, {.kernel_size = 3, .strides = 2, .dilation_rate = {1, 2}});
         },
         "strides (2, 2) and dilation_rate (1, 2) are both above 1; use one of them"},
        {[] {
             return Conv2D(4, {.kernel_size = 3, .padding = {{1, 1}, {0, 0}}});
         },
         explicit_padding},
        {[] { return Conv2D(4, {.kernel_size = 3}); }, no_image, {8, 8, 3}},
        {[] { return Conv2D(4, {.kernel_size = 3, .groups = 2}); },
         "input of shape (1, 8, 8, 3) has 3 channels, which 2 groups do not divide; use a number of channels "
         "that is a multiple of groups",
         {1, 8, 8, 3}},
        {[] { return Conv2D(4, {.kernel_size = 3}); },
         "input of shape (1, 8, 8, 0) has 0 channels, which 1 groups do not divide; use a number of channels "
         "that is a multiple of groups",
         {1, 8, 8, 0}},
        {[] { return Conv2D(4, {.kernel_size = 3}); }, too_small, {1, 2, 8, 3}},
        {[] { return Conv2D(4, {.kernel_size = 5, .padding = "same"}); },
         "input of shape (1, 0, 8, 3) has no pixels; height and width must be at least 1",
         {1, 0, 8, 3}},
        {[] { return Conv2D(4, {.kernel_size = 3}); },
         "input of shape (1, 8, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 3, 4)); "
         "give an input of shape (batch, height, width, 3)",
         {1, 8, 8, 2},
         {1, 8, 8, 3}},
        {[] { return Conv2D(4, {.kernel_size = 3}); }, not_floating, Input({1, 8, 8, 3}, uint8)},
        {Type::shape,
         [] {
             Conv2D(4, {.kernel_size = 3}).build({1, 8, 8, Shape::unknown});
         },
         "conv2d: input has shape (1, 8, 8, None); the channels must be known to make the kernel"},
    };
}

std::vector<WrongUse> wrong_uses_of_conv2d_transpose() {
    return {
        {[] { return Conv2DTranspose(0, {.kernel_size = 3}); }, "filters is 0; it must be at least 1"},
        {[] { return Conv2DTranspose(2, {.kernel_size = 0}); },
         "kernel_size is (0, 0); both sides must be at least 1"},
        {[] { return Conv2DTranspose(2, {.kernel_size = 3, .output_padding = 1}); },
         "output_padding (1, 1) must not be negative and be below the strides (1, 1)"},
        {[] { return Conv2DTranspose(2, {.kernel_size = 3, .strides = 2, .output_padding = Size2(1, -1)}); },
         "output_padding (1, -1) must not be negative and be below the strides (2, 2)"},
        {[] { return Conv2DTranspose(2, {.kernel_size = 3, .strides = 2, .dilation_rate = 2}); },
         "strides (2, 2) and dilation_rate (2, 2) are both above 1; use one of them"},
        {[] { return Conv2DTranspose(2, {.kernel_size = 3}); }, no_image, {8, 8, 3}},
        {[] { return Conv2DTranspose(2, {.kernel_size = 3}); },
         "input of shape (1, 0, 4, 1) would have an output without pixels, or one beyond memory; use a "
         "larger input or another output_padding",
         {1, 0, 4, 1}},
        {[] {
             return Conv2DTranspose(2,
                                    {.kernel_size = 2, .strides = 2, .padding = "same", .output_padding = 0});
         },
         "input of shape (1, 1, 4, 1) would have an output without pixels, or one beyond memory; use a "
         "larger input or another output_padding",
         {1, 1, 4, 1}},
        {[] { return Conv2DTranspose(2, {.kernel_size = 3}); },
         "input of shape (1, 4, 4, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 2, 3)); "
         "give an input of shape (batch, height, width, 3)",
         {1, 4, 4, 2},
         {1, 4, 4, 3}},
    };
}

std::vector<WrongUse> wrong_uses_of_depthwise_conv2d() {
    return {
        {[] {
             return DepthwiseConv2D({.kernel_size = {3, 0}});
         },
         "kernel_size is (3, 0); both sides must be at least 1"},
        {[] { return DepthwiseConv2D({.kernel_size = 3, .strides = 0}); },
         "strides is (0, 0); both sides must be at least 1"},
        {[] { return DepthwiseConv2D({.kernel_size = 3, .depth_multiplier = 0}); },
         "depth_multiplier is 0; it must be at least 1"},
        {[] { return DepthwiseConv2D({.kernel_size = 3, .dilation_rate = -1}); },
         "dilation_rate is (-1, -1); both sides must be at least 1"},
        {[] {
             return DepthwiseConv2D({.kernel_size = 3, .padding = {{1, 1}, {0, 0}}});
         },
         explicit_padding},
        {[] { return DepthwiseConv2D({.kernel_size = 3}); }, no_image, {8, 8, 3}},
        {[] { return DepthwiseConv2D({.kernel_size = 3}); },
         "input of shape (1, 8, 8, 0) has no channels; there must be at least 1",
         {1, 8, 8, 0}},
        {[] { return DepthwiseConv2D({.kernel_size = 3}); }, too_small, {1, 2, 8, 3}},
        {[] { return DepthwiseConv2D({.kernel_size = 3}); },
         "input of shape (1, 8, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 3, 1)); "
         "give an input of shape (batch, height, width, 3)",
         {1, 8, 8, 2},
         {1, 8, 8, 3}},
        {[] { return DepthwiseConv2D({.kernel_size = 3}); }, not_floating, Input({1, 8, 8, 3}, uint8)},
    };
}

}  // namespace

conformance::LayerCases conformance::image_convolution_layers() {
    return {
        {"Conv2D",
         "conv2d",
         {{"by default",
           [] {
               return Conv2D(4, {.kernel_size = {3, 2}});
           },
           {.input = {2, 5, 4, 3},
            .output = {2, 3, 3, 4},
            .weights = {{"kernel", {3, 2, 3, 4}}, {"bias", {4}}}}},
          {"with strides, padding and a fused activation",
           [] {
               return Conv2D(3, {.kernel_size = 3, .strides = 2, .padding = "same", .activation = "tanh"});
           },
           {.input = {2, 5, 4, 2},
            .output = {2, 3, 2, 3},
            .weights = {{"kernel", {3, 3, 2, 3}}, {"bias", {3}}}}},
          {"dilated, without bias, with an activation of its own",
           [] {
               return Conv2D(
                   2, {.kernel_size = 2, .dilation_rate = {2, 1}, .activation = "elu", .use_bias = false});
           },
           {.input = {1, 5, 4, 2}, .output = {1, 3, 3, 2}, .weights = {{"kernel", {2, 2, 2, 2}}}}},
          {"in groups",
           [] { return Conv2D(6, {.kernel_size = 3, .groups = 2}); },
           {.input = {2, 4, 4, 4},
            .output = {2, 2, 2, 6},
            .weights = {{"kernel", {3, 3, 2, 6}}, {"bias", {6}}}}}},
         wrong_uses_of_conv2d()},
        {"Conv2DTranspose",
         "conv2d_transpose",
         {{"by default",
           [] {
               return Conv2DTranspose(4, {.kernel_size = {3, 2}});
           },
           {.input = {2, 3, 4, 3},
            .output = {2, 5, 5, 4},
            .weights = {{"kernel", {3, 2, 4, 3}}, {"bias", {4}}}}},
          {"with strides and output_padding, without bias",
           [] {
               return Conv2DTranspose(2, {.kernel_size = 3,
                                          .strides = 2,
                                          .padding = "same",
                                          .output_padding = Size2(0, 1),
                                          .activation = "tanh",
                                          .use_bias = false});
           },
           {.input = {1, 3, 2, 2}, .output = {1, 5, 4, 2}, .weights = {{"kernel", {3, 3, 2, 2}}}}},
          {"dilated",
           [] { return Conv2DTranspose(2, {.kernel_size = 2, .dilation_rate = 2}); },
           {.input = {1, 2, 3, 2},
            .output = {1, 4, 5, 2},
            .weights = {{"kernel", {2, 2, 2, 2}}, {"bias", {2}}}}}},
         wrong_uses_of_conv2d_transpose()},
        {"DepthwiseConv2D",
         "depthwise_conv2d",
         {{"by default",
           [] {
               return DepthwiseConv2D({.kernel_size = {3, 2}});
           },
           {.input = {2, 5, 4, 3},
            .output = {2, 3, 3, 3},
            .weights = {{"kernel", {3, 2, 3, 1}}, {"bias", {3}}}}},
          {"with a multiplier, strides and dilation",
           [] {
               return DepthwiseConv2D({.kernel_size = 2,
                                       .strides = 2,
                                       .padding = "same",
                                       .depth_multiplier = 2,
                                       .dilation_rate = 2,
                                       .activation = "tanh"});
           },
           {.input = {1, 5, 4, 2},
            .output = {1, 3, 2, 4},
            .weights = {{"kernel", {2, 2, 2, 2}}, {"bias", {4}}}}}},
         wrong_uses_of_depthwise_conv2d()},
        {"SeparableConv2D",
         "separable_conv2d",
         {{"by default",
           [] {
               return SeparableConv2D(4, {.kernel_size = {3, 2}});
           },
           {.input = {2, 5, 4, 3},
            .output = {2, 3, 3, 4},
            .weights =
                {{"depthwise_kernel", {3, 2, 3, 1}}, {"pointwise_kernel", {1, 1, 3, 4}}, {"bias", {4}}}}},
          {"with a multiplier and without bias",
           [] {
               return SeparableConv2D(3, {.kernel_size = 2,
                                          .strides = 2,
                                          .padding = "same",
                                          .depth_multiplier = 2,
                                          .activation = "tanh",
                                          .use_bias = false});
           },
           {.input = {1, 5, 4, 2},
            .output = {1, 3, 2, 3},
            .weights = {{"depthwise_kernel", {2, 2, 2, 2}}, {"pointwise_kernel", {1, 1, 4, 3}}}}}},
         {{[] { return SeparableConv2D(0, {.kernel_size = 3}); }, "filters is 0; it must be at least 1"},
          {[] { return SeparableConv2D(1, {.kernel_size = 3, .depth_multiplier = -1}); },
           "depth_multiplier is -1; it must be at least 1"},
          {[] { return SeparableConv2D(2, {.kernel_size = 3}); }, no_image, {8, 8, 3}},
          {[] { return SeparableConv2D(2, {.kernel_size = 3}); }, too_small, {1, 2, 8, 3}},
          {[] { return SeparableConv2D(2, {.kernel_size = 3}); },
           "input of shape (1, 8, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 3, 1)); "
           "give an input of shape (batch, height, width, 3)",
           {1, 8, 8, 2},
           {1, 8, 8, 3}}}},
    };
}

TEST_CASE("Convolutions of images pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::image_convolution_layers());
}
