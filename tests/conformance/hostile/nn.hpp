#pragma once

#include "conformance/hostile/calls.hpp"

#include <keratin/core/random.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/nn/cross_entropy.hpp>
#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/nn/pool.hpp>

namespace conformance {

namespace nn = keratin::nn;

inline void add_activation_calls(Calls& calls) {
    struct Case {
        const char* name;
        Tensor (*f)(const Tensor&);
    };
    for (const auto& [name, f] : {Case{"relu", nn::relu},
                                  {"relu6", nn::relu6},
                                  {"selu", nn::selu},
                                  {"silu", nn::silu},
                                  {"hard_sigmoid", nn::hard_sigmoid},
                                  {"hard_silu", nn::hard_silu},
                                  {"softplus", nn::softplus},
                                  {"softsign", nn::softsign},
                                  {"mish", nn::mish},
                                  {"log_sigmoid", nn::log_sigmoid},
                                  {"erf", nn::erf}})
        calls.push_back({name, [f = f](Arguments& a) { return f(a.floating_tensor()); }});
    calls.push_back({"relu with options", [](Arguments& a) {
                         return nn::relu(a.floating_tensor(), {.negative_slope = a.number(),
                                                               .max_value = a.number(),
                                                               .threshold = a.number()});
                     }});
    calls.push_back(
        {"leaky_relu", [](Arguments& a) { return nn::leaky_relu(a.floating_tensor(), a.number()); }});
    calls.push_back({"elu", [](Arguments& a) { return nn::elu(a.floating_tensor(), a.number()); }});
    calls.push_back({"gelu", [](Arguments& a) { return nn::gelu(a.floating_tensor(), a.coin()); }});
    calls.push_back({"softmax", [](Arguments& a) { return nn::softmax(a.floating_tensor(), a.axis()); }});
    calls.push_back(
        {"log_softmax", [](Arguments& a) { return nn::log_softmax(a.floating_tensor(), a.axis()); }});
}

struct HostileConv {
    Shape x, kernel;
    nn::Conv2DOptions options;
    DType dtype;

    explicit HostileConv(Arguments& a) : x(a.shape(4)), dtype(a.floating()) {
        options.groups = a.one_in(4) ? (a.coin() ? a.size() : a.integer()) : a.one_of<int64_t>({1, 1, 2});
        options.strides = a.stride2();
        options.padding = a.padding();
        if (a.one_in(4)) options.dilations = a.stride2();
        if (a.coin()) x = x.with(1, a.between(2, 6)).with(2, a.between(2, 6));
        const bool fits = options.groups > 0 && options.groups < 10 && a.one_in(8) == false;
        if (fits) x = x.with(3, options.groups * a.between(1, 3));
        kernel = a.one_in(12)
                     ? a.shape()
                     : Shape{a.between(1, 3), a.between(1, 3), fits ? x[3] / options.groups : a.between(0, 4),
                             a.between(1, 2) * (fits ? options.groups : 1)};
    }
};

/// The shape that the gradients of a convolution take, or any where there is none.
inline Shape output_of(Arguments& a, const HostileConv& c) {
    try {
        const Shape y = nn::conv2d_shape(c.x, c.kernel, c.options, "test");
        if (y.is_static() && y.size() < 10'000 && !a.one_in(6)) return y;
    } catch (const keratin::Error&) {
    }
    return a.shape();
}

inline void add_conv_calls(Calls& calls) {
    calls.push_back({"conv2d", [](Arguments& a) {
                         const HostileConv c(a);
                         return nn::conv2d(a.fitting(c.x, c.dtype), a.fitting(c.kernel, c.dtype), c.options);
                     }});
    calls.push_back({"conv2d_input_gradient", [](Arguments& a) {
                         const HostileConv c(a);
                         return nn::conv2d_input_gradient(a.fitting(output_of(a, c), c.dtype),
                                                          a.fitting(c.kernel, c.dtype),
                                                          a.one_in(6) ? a.any_shape() : c.x, c.options);
                     }});
    calls.push_back({"conv2d_kernel_gradient", [](Arguments& a) {
                         const HostileConv c(a);
                         return nn::conv2d_kernel_gradient(a.fitting(c.x, c.dtype),
                                                           a.fitting(output_of(a, c), c.dtype),
                                                           a.one_in(6) ? a.any_shape() : c.kernel, c.options);
                     }});
    calls.push_back({"conv2d_transpose", [](Arguments& a) {
                         const HostileConv c(a);
                         return nn::conv2d_transpose(a.fitting(output_of(a, c), c.dtype),
                                                     a.fitting(c.kernel, c.dtype),
                                                     a.one_in(6) ? a.any_shape() : c.x, c.options);
                     }});
    calls.push_back({"depthwise_conv2d", [](Arguments& a) {
                         HostileConv c(a);
                         const Shape kernel{a.between(0, 3), a.between(1, 3), c.x[3], a.between(0, 2)};
                         return nn::depthwise_conv2d(a.fitting(c.x, c.dtype), a.fitting(kernel, c.dtype),
                                                     c.options);
                     }});
    struct Case {
        const char* name;
        Tensor (*f)(const Tensor&, keratin::Size2, const nn::Pool2DOptions&);
    };
    for (const auto& [name, f] : {Case{"max_pool2d", nn::max_pool2d}, {"avg_pool2d", nn::avg_pool2d}})
        calls.push_back(
            {name, [f = f](Arguments& a) {
                 nn::Pool2DOptions options{.padding = a.padding()};
                 if (a.coin()) options.strides = a.stride2();
                 const Tensor x = a.fitting(a.one_in(5) ? a.shape() : a.shape(4), a.floating());
                 return f(x, a.one_in(4) ? a.stride2() : keratin::Size2{a.between(1, 3), 1}, options);
             }});
}

inline void add_loss_calls(Calls& calls) {
    calls.push_back({"sparse_softmax_cross_entropy_with_logits", [](Arguments& a) {
                         const Tensor x = a.fitting(a.shape(a.between(1, 3)), a.floating());
                         const bool fits = x.rank() > 0 && !a.one_in(8);
                         const Shape samples = fits ? x.shape().slice(0, -1) : a.shape();
                         const Tensor labels = a.indices(samples, fits ? x.shape().back() : 3);
                         return nn::sparse_softmax_cross_entropy_with_logits(a.one_in(20) ? Tensor() : labels,
                                                                             x);
                     }});
    calls.push_back({"softmax_cross_entropy_with_logits", [](Arguments& a) {
                         const Tensor x = a.floating_tensor();
                         return nn::softmax_cross_entropy_with_logits(a.fitting(x.shape(), x.dtype()), x);
                     }});
    calls.push_back({"sigmoid_cross_entropy_with_logits", [](Arguments& a) {
                         const Tensor x = a.floating_tensor();
                         return nn::sigmoid_cross_entropy_with_logits(a.fitting(x.shape(), x.dtype()), x);
                     }});
}

inline void add_normalization_calls(Calls& calls) {
    calls.push_back({"bias_add", [](Arguments& a) {
                         const Tensor x = a.floating_tensor();
                         const Shape bias = x.rank() > 0 ? Shape{x.shape().back()} : a.shape();
                         return nn::bias_add(x, a.fitting(bias, x.dtype()));
                     }});
    calls.push_back({"batch_moments", [](Arguments& a) {
                         const nn::Moments moments = nn::batch_moments(a.floating_tensor(), a.axis());
                         return a.coin() ? moments.mean : moments.variance;
                     }});
    calls.push_back(
        {"batch_normalization", [](Arguments& a) {
             const Tensor x = a.floating_tensor();
             const int axis = a.axis();
             const bool fits = axis >= -x.rank() && axis < x.rank();
             const auto parameter = [&] {
                 return a.one_in(12) ? a.tensor() : a.tensor(Shape{fits ? x.shape()[axis] : 2}, x.dtype());
             };
             const Tensor gamma = a.coin() ? parameter() : Tensor();
             const Tensor beta = a.coin() ? parameter() : Tensor();
             return nn::batch_normalization(x, parameter(), parameter(), gamma, beta, a.number(), axis);
         }});
    calls.push_back({"dropout", [](Arguments& a) {
                         const Tensor x = a.floating_tensor();
                         const double rate = a.one_in(3) ? a.number() : 0.5;
                         if (a.coin()) return nn::dropout(x, rate);
                         const Shape noise = a.one_in(3) ? a.any_shape() : x.shape();
                         return nn::dropout(x, rate, {1, 2}, &noise);
                     }});
}

inline void add_nn_calls(Calls& calls) {
    add_activation_calls(calls);
    add_conv_calls(calls);
    add_loss_calls(calls);
    add_normalization_calls(calls);
}

}  // namespace conformance
