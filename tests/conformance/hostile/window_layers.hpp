#pragma once

#include "conformance/hostile/layers.hpp"
#include "conformance/hostile/nn.hpp"

#include <keratin/ops/einsum.hpp>
#include <keratin/ops/nn/resize.hpp>

namespace conformance {

inline Tensor sequences(Arguments& a) {
    if (a.one_in(6)) return a.tensor();
    return a.fitting(a.shape(3), a.floating());
}

/// A number of steps, a stride or a dilation: 1 or 2, or anything.
inline int64_t steps(Arguments& a) {
    return a.one_in(6) ? (a.coin() ? a.size() : a.integer()) : a.between(1, 2);
}

inline keratin::Size2 sides(Arguments& a) {
    return {steps(a), steps(a)};
}

/// What the output's size grows with: none is so large that its memory is there and takes long to fill.
inline int64_t extent(Arguments& a) {
    return a.one_in(6) ? a.size() : a.between(1, 2);
}

inline keratin::PadPair pair(Arguments& a) {
    const auto side = [&] { return a.one_in(8) ? a.size() : a.between(0, 1); };
    const int64_t before = side();
    return {before, side()};
}

inline void add_sequence_convolution_calls(Calls& calls) {
    calls.push_back({"Conv1D", [](Arguments& a) {
                         const layers::Conv1D layer(
                             a.one_in(6) ? a.size() : a.between(1, 3),
                             {.kernel_size = steps(a),
                              .strides = a.coin() ? steps(a) : 1,
                              .padding = a.one_of<keratin::Padding1D>({"valid", "same", "causal"}),
                              .dilation_rate = a.coin() ? steps(a) : 1,
                              .groups = a.one_in(6) ? a.size() : 1,
                              .use_bias = a.coin()});
                         return use(a, layer, sequences(a));
                     }});
    calls.push_back({"DepthwiseConv1D", [](Arguments& a) {
                         const layers::DepthwiseConv1D layer({.kernel_size = steps(a),
                                                              .strides = steps(a),
                                                              .padding = a.padding(),
                                                              .depth_multiplier = steps(a),
                                                              .dilation_rate = steps(a)});
                         return use(a, layer, sequences(a));
                     }});
    calls.push_back({"SeparableConv1D", [](Arguments& a) {
                         const layers::SeparableConv1D layer(
                             steps(a),
                             {.kernel_size = steps(a), .padding = a.padding(), .dilation_rate = steps(a)});
                         return use(a, layer, sequences(a));
                     }});
    calls.push_back({"Conv1DTranspose", [](Arguments& a) {
                         layers::Conv1DTransposeOptions options{
                             .kernel_size = steps(a), .strides = steps(a), .padding = a.padding()};
                         if (a.one_in(4)) options.output_padding = a.one_in(4) ? a.integer() : 1;
                         if (a.one_in(4)) options.dilation_rate = steps(a);
                         return use(a, layers::Conv1DTranspose(steps(a), options), sequences(a));
                     }});
}

inline void add_image_convolution_calls(Calls& calls) {
    calls.push_back({"DepthwiseConv2D", [](Arguments& a) {
                         const layers::DepthwiseConv2D layer({.kernel_size = sides(a),
                                                              .strides = a.coin() ? sides(a) : 1,
                                                              .padding = a.padding(),
                                                              .depth_multiplier = steps(a),
                                                              .dilation_rate = a.coin() ? sides(a) : 1});
                         return use(a, layer, images(a));
                     }});
    calls.push_back({"SeparableConv2D", [](Arguments& a) {
                         const layers::SeparableConv2D layer(
                             steps(a), {.kernel_size = sides(a), .padding = a.padding()});
                         return use(a, layer, images(a));
                     }});
    calls.push_back({"Conv2DTranspose", [](Arguments& a) {
                         layers::Conv2DTransposeOptions options{
                             .kernel_size = sides(a), .strides = sides(a), .padding = a.padding()};
                         if (a.one_in(4)) options.output_padding = keratin::Size2(0, 1);
                         if (a.one_in(4)) options.dilation_rate = sides(a);
                         return use(a, layers::Conv2DTranspose(steps(a), options), images(a));
                     }});
}

inline void add_sequence_pooling_calls(Calls& calls) {
    calls.push_back({"MaxPooling1D", [](Arguments& a) {
                         return use(a, layers::MaxPooling1D(steps(a), {.padding = a.padding()}),
                                    sequences(a));
                     }});
    calls.push_back({"AveragePooling1D", [](Arguments& a) {
                         const layers::AveragePooling1D layer(steps(a),
                                                              {.strides = steps(a), .padding = a.padding()});
                         return use(a, layer, sequences(a));
                     }});
    calls.push_back({"GlobalMaxPooling1D", [](Arguments& a) {
                         return use(a, layers::GlobalMaxPooling1D({.keepdims = a.coin()}), sequences(a));
                     }});
    calls.push_back({"GlobalAveragePooling1D", [](Arguments& a) {
                         return use(a, layers::GlobalAveragePooling1D({.keepdims = a.coin()}), sequences(a));
                     }});
}

inline void add_cropping_calls(Calls& calls) {
    calls.push_back(
        {"Cropping1D", [](Arguments& a) { return use(a, layers::Cropping1D(pair(a)), sequences(a)); }});
    calls.push_back({"Cropping2D", [](Arguments& a) {
                         const keratin::PadPair rows = pair(a);
                         return use(a, layers::Cropping2D(rows, pair(a)), images(a));
                     }});
    calls.push_back(
        {"ZeroPadding1D", [](Arguments& a) { return use(a, layers::ZeroPadding1D(pair(a)), sequences(a)); }});
    calls.push_back(
        {"UpSampling1D", [](Arguments& a) { return use(a, layers::UpSampling1D(extent(a)), sequences(a)); }});
    calls.push_back({"UpSampling2D", [](Arguments& a) {
                         const layers::UpSampling2D layer(
                             {extent(a), extent(a)},
                             {.interpolation = keratin::interpolation(a.coin() ? "nearest" : "bilinear")});
                         return use(a, layer, images(a));
                     }});
    calls.push_back({"Permute", [](Arguments& a) {
                         std::vector<int> dims{2, 1};
                         if (a.one_in(4)) dims = a.axes();
                         return use(a, layers::Permute(dims), sequences(a));
                     }});
    calls.push_back({"RepeatVector", [](Arguments& a) {
                         return use(a, layers::RepeatVector(extent(a)), a.fitting(a.shape(2), a.floating()));
                     }});
}

inline void add_product_calls(Calls& calls) {
    const auto equation = [](Arguments& a) {
        return a.one_of<const char*>({"ab,bc->ac", "abc,cd->abd", "ab,ab->", "...a,ab->...b", "a...,ab->b...",
                                      "a,b->ab", "aa,b->", "...,...->...", "", "->", ",->", "a...a,->",
                                      "ab,bc->ad"});
    };
    calls.push_back(
        {"einsum", [equation](Arguments& a) {
             const Tensor x = a.floating_tensor();
             const char* text = equation(a);
             if (!a.coin() || x.rank() < 2 || !is_floating(x.dtype()))
                 return keratin::einsum(text, x, a.partner(x));
             return keratin::einsum("...ab,bc->...ac", x, a.fitting({x.shape().back(), 2}, x.dtype()));
         }});
    calls.push_back({"EinsumDense", [equation](Arguments& a) {
                         const bool plain = a.coin();
                         const layers::EinsumDense layer(plain ? "...a,ab->...b" : equation(a),
                                                         plain ? Shape{steps(a)} : a.any_shape(),
                                                         {.bias_axes = a.one_in(3) ? "b" : ""});
                         return use(a, layer, a.floating_tensor());
                     }});
    calls.push_back({"Embedding", [](Arguments& a) {
                         const int64_t words = a.one_in(6) ? a.size() : a.between(2, 3);
                         const layers::Embedding layer(words, extent(a));
                         const Tensor ids = a.indices(a.shape(2), std::clamp<int64_t>(words, 0, 3));
                         return use(a, layer, ids);
                     }});
    calls.push_back({"Dot", [](Arguments& a) {
                         const layers::DotAxes axes = a.coin() ? layers::DotAxes(a.one_of<int>({1, -1, 0, 7}))
                                                               : layers::DotAxes(a.axis(), a.axis());
                         const layers::Dot layer(axes, {.normalize = a.coin()});
                         const Tensor x = a.floating_tensor();
                         return layer({x, a.one_in(4) ? a.partner(x) : x});
                     }});
    calls.push_back({"resize", [](Arguments& a) {
                         return nn::resize(images(a), {extent(a), extent(a)},
                                           keratin::interpolation(a.coin() ? "nearest" : "bilinear"));
                     }});
}

inline void add_window_layer_calls(Calls& calls) {
    add_sequence_convolution_calls(calls);
    add_image_convolution_calls(calls);
    add_sequence_pooling_calls(calls);
    add_cropping_calls(calls);
    add_product_calls(calls);
}

}  // namespace conformance
