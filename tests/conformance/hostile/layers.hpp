#pragma once

#include "conformance/hostile/calls.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>

namespace conformance {

namespace layers = keratin::layers;

/// Calls a new layer, or asks it for a shape.
inline Tensor use(Arguments& a, const keratin::Layer& layer, const Tensor& x) {
    if (a.one_in(6)) {
        layer.compute_output_shape(a.coin() ? a.any_shape() : x.shape());
        return {};
    }
    return layer(x, {.training = a.coin()});
}

inline Tensor images(Arguments& a) {
    if (a.one_in(6)) return a.tensor();
    return a.fitting(a.shape(4), a.floating());
}

inline void add_weighted_layer_calls(Calls& calls) {
    calls.push_back({"Conv2D", [](Arguments& a) {
                         const bool hostile = a.one_in(3);
                         const layers::Conv2D layer(
                             hostile ? a.size() : a.between(1, 4),
                             {.kernel_size = hostile ? a.stride2() : keratin::Size2(a.between(1, 2)),
                              .strides = hostile ? a.stride2() : keratin::Size2(1),
                              .padding = a.padding(),
                              .dilation_rate = a.one_in(6) ? a.stride2() : keratin::Size2(1),
                              .groups = a.one_in(6) ? a.size() : 1,
                              .use_bias = a.coin(),
                              .dtype = a.one_in(10) ? a.dtype() : a.floating()});
                         return use(a, layer, images(a));
                     }});
    calls.push_back({"Dense", [](Arguments& a) {
                         const layers::Dense layer(
                             a.size(), {.activation = keratin::activation(a.coin() ? "relu" : "softmax"),
                                        .dtype = a.one_in(10) ? a.dtype() : a.floating()});
                         return use(a, layer, a.floating_tensor());
                     }});
    calls.push_back({"BatchNormalization", [](Arguments& a) {
                         const bool hostile = a.one_in(4);
                         const layers::BatchNormalization layer({.axis = a.coin() ? -1 : a.axis(),
                                                                 .momentum = hostile ? a.number() : 0.9,
                                                                 .epsilon = hostile ? a.number() : 0.1,
                                                                 .center = a.coin(),
                                                                 .scale = a.coin()});
                         return use(a, layer, a.floating_tensor());
                     }});
}

inline void add_pooling_layer_calls(Calls& calls) {
    calls.push_back({"MaxPooling2D", [](Arguments& a) {
                         const layers::MaxPooling2D layer(a.stride2(), {.padding = a.padding()});
                         return use(a, layer, images(a));
                     }});
    calls.push_back({"AveragePooling2D", [](Arguments& a) {
                         const layers::AveragePooling2D layer(
                             a.stride2(), {.strides = a.stride2(), .padding = a.padding()});
                         return use(a, layer, images(a));
                     }});
    calls.push_back({"GlobalMaxPooling2D", [](Arguments& a) {
                         return use(a, layers::GlobalMaxPooling2D({.keepdims = a.coin()}), images(a));
                     }});
    calls.push_back({"GlobalAveragePooling2D", [](Arguments& a) {
                         return use(a, layers::GlobalAveragePooling2D({.keepdims = a.coin()}), images(a));
                     }});
    calls.push_back({"ZeroPadding2D", [](Arguments& a) {
                         const auto side = [&] { return a.one_in(8) ? a.size() : a.between(0, 2); };
                         const layers::ZeroPadding2D layer({side(), side()}, {side(), side()});
                         return use(a, layer, images(a));
                     }});
}

inline void add_plain_layer_calls(Calls& calls) {
    calls.push_back({"Activation", [](Arguments& a) {
                         const auto names = keratin::ActivationFunction::names;
                         const auto name = names[static_cast<size_t>(a.between(0, std::ssize(names) - 1))];
                         return use(a, layers::Activation(keratin::activation(name)), a.tensor());
                     }});
    calls.push_back({"ReLU", [](Arguments& a) {
                         const bool hostile = a.one_in(3);
                         const layers::ReLU layer({.max_value = hostile ? a.number() : 6.0,
                                                   .negative_slope = hostile ? a.number() : 0.1,
                                                   .threshold = hostile ? a.number() : 0.2});
                         return use(a, layer, a.tensor());
                     }});
    calls.push_back({"LeakyReLU", [](Arguments& a) {
                         return use(a, layers::LeakyReLU({.negative_slope = a.number()}), a.tensor());
                     }});
    calls.push_back({"Softmax", [](Arguments& a) { return use(a, layers::Softmax(a.axis()), a.tensor()); }});
    calls.push_back({"Dropout", [](Arguments& a) {
                         layers::DropoutOptions options;
                         if (a.one_in(4)) options.noise_shape = a.any_shape();
                         return use(a, layers::Dropout(a.one_in(3) ? a.number() : 0.5, options), a.tensor());
                     }});
    calls.push_back({"Flatten", [](Arguments& a) { return use(a, layers::Flatten(), a.tensor()); }});
    calls.push_back({"Reshape", [](Arguments& a) {
                         const Shape target = a.coin() ? Shape{Shape::unknown} : a.any_shape();
                         return use(a, layers::Reshape(target), a.tensor());
                     }});
    calls.push_back({"Rescaling", [](Arguments& a) {
                         return use(a, layers::Rescaling(a.number(), {.offset = a.number()}), a.tensor());
                     }});
    calls.push_back({"Identity", [](Arguments& a) { return use(a, layers::Identity(), a.tensor()); }});
    calls.push_back(
        {"InputLayer", [](Arguments& a) {
             const Tensor x = a.tensor();
             const bool fits = x.rank() > 0 && a.coin();
             layers::InputLayerOptions options{.dtype = a.dtype()};
             if (a.one_in(4)) options.batch_size = a.size();
             return use(a, layers::InputLayer(fits ? x.shape().slice(1, x.rank()) : a.any_shape(), options),
                        x);
         }});
}

inline void add_chain_calls(Calls& calls) {
    calls.push_back({"Sequential", [](Arguments& a) {
                         keratin::Sequential model;
                         const auto maybe = [&](const auto& layer) {
                             if (a.coin()) model.add(layer);
                         };
                         maybe(layers::Conv2D(a.between(1, 3), {.kernel_size = a.between(1, 2),
                                                                .activation = keratin::activation(
                                                                    a.coin() ? "relu" : "linear")}));
                         maybe(layers::BatchNormalization());
                         maybe(layers::ReLU());
                         maybe(layers::MaxPooling2D(a.between(1, 3)));
                         maybe(layers::Flatten());
                         maybe(layers::Dense(2));
                         return use(a, model, images(a));
                     }});
}

inline void add_layer_calls(Calls& calls) {
    add_weighted_layer_calls(calls);
    add_pooling_layer_calls(calls);
    add_plain_layer_calls(calls);
    add_chain_calls(calls);
}

}  // namespace conformance
