#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

const char* const no_sequence = "input has shape (8, 3); (batch, steps, channels) is needed";
const char* const too_short =
    "kernel of 3 steps with dilation_rate 1 does not fit input (1, 2, 3); use padding \"same\" or a smaller "
    "kernel";

}  // namespace

conformance::LayerCases conformance::sequence_convolution_layers() {
    return {
        {"Conv1D",
         "conv1d",
         {{"by default",
           [] { return Conv1D(4, {.kernel_size = 3}); },
           {.input = {2, 5, 3}, .output = {2, 3, 4}, .weights = {{"kernel", {3, 3, 4}}, {"bias", {4}}}}},
          {"causal, with strides",
           [] {
               return Conv1D(3, {.kernel_size = 3, .strides = 2, .padding = "causal", .activation = "tanh"});
           },
           {.input = {2, 6, 2}, .output = {2, 3, 3}, .weights = {{"kernel", {3, 2, 3}}, {"bias", {3}}}}},
          {"in groups, dilated, without bias",
           [] {
               return Conv1D(4, {.kernel_size = 2,
                                 .padding = "same",
                                 .dilation_rate = 2,
                                 .groups = 2,
                                 .activation = "elu",
                                 .use_bias = false});
           },
           {.input = {1, 5, 4}, .output = {1, 5, 4}, .weights = {{"kernel", {2, 2, 4}}}}}},
         {{[] { return Conv1D(0, {.kernel_size = 3}); }, "filters is 0; it must be at least 1"},
          {[] { return Conv1D(4, {.kernel_size = 0}); }, "kernel_size is 0; it must be at least 1"},
          {[] { return Conv1D(4, {.kernel_size = 3, .strides = -1}); },
           "strides is -1; it must be at least 1"},
          {[] { return Conv1D(4, {.kernel_size = 3, .groups = 3}); },
           "3 groups do not divide 4 filters; use a number of filters that is a multiple"},
          {[] { return Conv1D(4, {.kernel_size = 3, .strides = 2, .dilation_rate = 3}); },
           "strides 2 and dilation_rate 3 are both above 1; use one of them"},
          {[] { return Conv1D(4, {.kernel_size = 3}); }, no_sequence, {8, 3}},
          {[] { return Conv1D(4, {.kernel_size = 3}); },
           "input of shape (1, 0, 3) has no steps; there must be at least 1",
           {1, 0, 3}},
          {[] { return Conv1D(4, {.kernel_size = 3}); }, too_short, {1, 2, 3}},
          {[] { return Conv1D(4, {.kernel_size = 3, .groups = 2}); },
           "input of shape (1, 8, 3) has 3 channels, which 2 groups do not divide; use a number of channels "
           "that is a multiple of groups",
           {1, 8, 3}},
          {[] { return Conv1D(4, {.kernel_size = 3}); },
           "input of shape (1, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 4)); give "
           "an input of shape (batch, steps, 3)",
           {1, 8, 2},
           {1, 8, 3}}}},
        {"Conv1DTranspose",
         "conv1d_transpose",
         {{"by default",
           [] { return Conv1DTranspose(4, {.kernel_size = 3}); },
           {.input = {2, 4, 3}, .output = {2, 6, 4}, .weights = {{"kernel", {3, 4, 3}}, {"bias", {4}}}}},
          {"with strides and output_padding, without bias",
           [] {
               return Conv1DTranspose(2, {.kernel_size = 3,
                                          .strides = 2,
                                          .padding = "same",
                                          .output_padding = 0,
                                          .activation = "tanh",
                                          .use_bias = false});
           },
           {.input = {2, 3, 2}, .output = {2, 5, 2}, .weights = {{"kernel", {3, 2, 2}}}}}},
         {{[] { return Conv1DTranspose(2, {.kernel_size = 3, .strides = 2, .output_padding = 2}); },
           "output_padding 2 must not be negative and be below the strides 2"},
          {[] { return Conv1DTranspose(2, {.kernel_size = 3, .strides = 2, .dilation_rate = 2}); },
           "strides 2 and dilation_rate 2 are both above 1; use one of them"},
          {[] { return Conv1DTranspose(2, {.kernel_size = 3}); }, no_sequence, {8, 3}},
          {[] { return Conv1DTranspose(2, {.kernel_size = 3}); },
           "input of shape (1, 0, 3) would have an output without steps, or one beyond memory; use a larger "
           "input or another output_padding",
           {1, 0, 3}},
          {[] { return Conv1DTranspose(2, {.kernel_size = 3}); },
           "input of shape (1, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 2, 3)); give "
           "an input of shape (batch, steps, 3)",
           {1, 8, 2},
           {1, 8, 3}}}},
        {"DepthwiseConv1D",
         "depthwise_conv1d",
         {{"by default",
           [] { return DepthwiseConv1D({.kernel_size = 3}); },
           {.input = {2, 5, 3}, .output = {2, 3, 3}, .weights = {{"kernel", {3, 3, 1}}, {"bias", {3}}}}},
          {"with a multiplier and strides",
           [] {
               return DepthwiseConv1D({.kernel_size = 2,
                                       .strides = 2,
                                       .padding = "same",
                                       .depth_multiplier = 2,
                                       .activation = "tanh"});
           },
           {.input = {2, 5, 2}, .output = {2, 3, 4}, .weights = {{"kernel", {2, 2, 2}}, {"bias", {4}}}}}},
         {{[] { return DepthwiseConv1D({.kernel_size = 3, .depth_multiplier = 0}); },
           "depth_multiplier is 0; it must be at least 1"},
          {[] { return DepthwiseConv1D({.kernel_size = 3}); },
           "input has shape (1, 8, 8, 3); (batch, steps, channels) is needed",
           {1, 8, 8, 3}},
          {[] { return DepthwiseConv1D({.kernel_size = 3}); }, too_short, {1, 2, 3}},
          {[] { return DepthwiseConv1D({.kernel_size = 3}); },
           "input of shape (1, 8, 2) has 2 channels, kernel was built for 3 (kernel shape (3, 3, 1)); give "
           "an input of shape (batch, steps, 3)",
           {1, 8, 2},
           {1, 8, 3}}}},
        {"SeparableConv1D",
         "separable_conv1d",
         {{"by default",
           [] { return SeparableConv1D(4, {.kernel_size = 3}); },
           {.input = {2, 5, 3},
            .output = {2, 3, 4},
            .weights = {{"depthwise_kernel", {3, 3, 1}}, {"pointwise_kernel", {1, 3, 4}}, {"bias", {4}}}}},
          {"with a multiplier, without bias",
           [] {
               return SeparableConv1D(3, {.kernel_size = 2,
                                          .strides = 2,
                                          .padding = "same",
                                          .depth_multiplier = 2,
                                          .activation = "tanh",
                                          .use_bias = false});
           },
           {.input = {2, 5, 2},
            .output = {2, 3, 3},
            .weights = {{"depthwise_kernel", {2, 2, 2}}, {"pointwise_kernel", {1, 4, 3}}}}}},
         {{[] { return SeparableConv1D(-1, {.kernel_size = 3}); }, "filters is -1; it must be at least 1"},
          {[] { return SeparableConv1D(2, {.kernel_size = 3}); }, no_sequence, {8, 3}},
          {[] { return SeparableConv1D(2, {.kernel_size = 3}); }, too_short, {1, 2, 3}}}},
    };
}

TEST_CASE("Convolutions of sequences pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::sequence_convolution_layers());
}
