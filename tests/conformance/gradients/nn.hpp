#pragma once

#include "conformance/gradients/sweep.hpp"
#include "support/conv_cases.hpp"
#include "support/pool_cases.hpp"

#include <keratin/core/random.hpp>
#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/activation_function.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/nn/cross_entropy.hpp>
#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/nn/pool.hpp>
#include <keratin/ops/shaping.hpp>

namespace conformance {

namespace nn = keratin::nn;

inline void sweep_activations(Sweep& sweep) {
    struct Case {
        const char* name;
        Sweep::Function f;
    };
    const auto relu_with = [](const nn::ReluOptions& options) -> Case {
        return {"relu", [options](const Inputs& x) { return nn::relu(x[0], options); }};
    };
    const std::vector<Case> cases = {
        {"relu", [](const Inputs& x) { return nn::relu(x[0]); }},
        relu_with({.negative_slope = 0.1}),
        relu_with({.max_value = 1.5}),
        relu_with({.negative_slope = 0.2, .max_value = 2, .threshold = 0.7}),
        {"relu6", [](const Inputs& x) { return nn::relu6(x[0]); }},
        {"leaky_relu", [](const Inputs& x) { return nn::leaky_relu(x[0], 0.1); }},
        {"elu", [](const Inputs& x) { return nn::elu(x[0], 0.7); }},
        {"selu", [](const Inputs& x) { return nn::selu(x[0]); }},
        {"gelu", [](const Inputs& x) { return nn::gelu(x[0]); }},
        {"gelu", [](const Inputs& x) { return nn::gelu(x[0], true); }},
        {"silu", [](const Inputs& x) { return nn::silu(x[0]); }},
        {"hard_sigmoid", [](const Inputs& x) { return nn::hard_sigmoid(x[0]); }},
        {"hard_silu", [](const Inputs& x) { return nn::hard_silu(x[0]); }},
        {"softplus", [](const Inputs& x) { return nn::softplus(x[0]); }},
        {"softsign", [](const Inputs& x) { return nn::softsign(x[0]); }},
        {"mish", [](const Inputs& x) { return nn::mish(x[0]); }},
        {"log_sigmoid", [](const Inputs& x) { return nn::log_sigmoid(x[0]); }},
        {"erf", [](const Inputs& x) { return nn::erf(x[0]); }},
    };
    for (const auto& [name, f] : cases)
        for (int i = 0; i < 3; ++i) sweep.check(name, f, {sweep.values(sweep.shape(), -5, 7)});
    for (int i = 0; i < 6; ++i) {
        const Shape shape = sweep.shape(1, 4);
        const int axis = sweep.axis(shape);
        const Tensor x = sweep.values(shape);
        sweep.check("softmax", [&](const Inputs& in) { return nn::softmax(in[0], axis); }, {x});
        sweep.check("log_softmax", [&](const Inputs& in) { return nn::log_softmax(in[0], axis); }, {x});
    }
}

inline void sweep_convolutions(Sweep& sweep) {
    constexpr conv_cases::Limits small{.side = 5, .kernel = 3, .channels = 2, .batch = 2, .groups = 2};
    for (int i = 0; i < 14; ++i) {
        const auto c = conv_cases::sample(sweep.random, small);
        INFO(c.name());
        const Tensor x = sweep.values(c.x);
        const Tensor kernel = sweep.values(c.kernel);
        const Tensor dy = sweep.values(c.y);
        sweep.check("conv2d", [&](const Inputs& in) { return nn::conv2d(in[0], in[1], c.options); },
                    {x, kernel});
        sweep.check("conv2d_input_gradient",
                    [&](const Inputs& in) { return nn::conv2d_input_gradient(in[0], in[1], c.x, c.options); },
                    {dy, kernel});
        sweep.check(
            "conv2d_kernel_gradient",
            [&](const Inputs& in) { return nn::conv2d_kernel_gradient(in[0], in[1], c.kernel, c.options); },
            {x, dy});
        sweep.check("conv2d_transpose",
                    [&](const Inputs& in) { return nn::conv2d_transpose(in[0], in[1], c.x, c.options); },
                    {dy, kernel});
        const Shape depthwise{c.kernel[0], c.kernel[1], c.x[3], sweep.random.between(1, 2)};
        sweep.check("depthwise_conv2d",
                    [&](const Inputs& in) { return nn::depthwise_conv2d(in[0], in[1], c.options); },
                    {x, sweep.values(depthwise)});
    }
}

inline void sweep_pools(Sweep& sweep) {
    for (int i = 0; i < 10; ++i) {
        const auto c = pool_cases::sample(sweep.random, 5, 2);
        INFO(c.name());
        const Tensor x = sweep.distinct(c.x, 2);
        sweep.check("max_pool2d",
                    [&](const Inputs& in) { return nn::max_pool2d(in[0], c.window, c.options); }, {x});
        sweep.check("avg_pool2d",
                    [&](const Inputs& in) { return nn::avg_pool2d(in[0], c.window, c.options); }, {x});
    }
}

inline void sweep_cross_entropies(Sweep& sweep) {
    for (int i = 0; i < 6; ++i) {
        const Shape samples = sweep.shape(0, 2);
        const int64_t classes = sweep.random.between(1, 4);
        std::vector<int64_t> classes_of(static_cast<size_t>(samples.size()));
        for (int64_t& label : classes_of) label = sweep.random.between(0, classes - 1);
        const Tensor labels = Tensor::from(classes_of, samples);
        const Tensor logits = sweep.values(samples + Shape{classes}, -3, 3);
        const Tensor target = sweep.values(logits.shape(), 0, 1);
        sweep.check(
            "sparse_softmax_cross_entropy_with_logits",
            [&](const Inputs& in) { return nn::sparse_softmax_cross_entropy_with_logits(labels, in[0]); },
            {logits});
        sweep.check("softmax_cross_entropy_with_logits",
                    [](const Inputs& in) { return nn::softmax_cross_entropy_with_logits(in[0], in[1]); },
                    {target, logits});
        sweep.check("sigmoid_cross_entropy_with_logits",
                    [](const Inputs& in) { return nn::sigmoid_cross_entropy_with_logits(in[0], in[1]); },
                    {target, logits});
    }
}

inline void sweep_normalization(Sweep& sweep) {
    for (int i = 0; i < 8; ++i) {
        const Shape shape = sweep.full_shape(2, 4);
        const int axis = i % 2 == 0 ? -1 : sweep.axis(shape);
        const Shape channels{shape[axis]};
        const Tensor x = sweep.distinct(shape, 2);
        sweep.check("batch_moments", [&](const Inputs& in) { return nn::batch_moments(in[0], axis).mean; },
                    {x});
        sweep.check("batch_moments",
                    [&](const Inputs& in) { return nn::batch_moments(in[0], axis).variance; }, {x});
        sweep.check(
            "batch_normalization",
            [&](const Inputs& in) {
                const bool scaled = in.size() > 3;
                return nn::batch_normalization(in[0], in[1], in[2], scaled ? in[3] : Tensor(),
                                               scaled ? in[4] : Tensor(), 1e-3, axis);
            },
            i % 3 == 0 ? Inputs{x, sweep.values(channels), sweep.values(channels, 0.5)}
                       : Inputs{x, sweep.values(channels), sweep.values(channels, 0.5),
                                sweep.values(channels), sweep.values(channels)});
        sweep.check("bias_add", [](const Inputs& in) { return nn::bias_add(in[0], in[1]); },
                    {x, sweep.values({shape.back()})});
        const Shape noise = shape.with(axis, 1);
        const keratin::SeedGenerator::Draw draw{7, static_cast<uint64_t>(i)};
        sweep.check("dropout",
                    [&](const Inputs& in) { return nn::dropout(in[0], 0.4, draw, i < 4 ? nullptr : &noise); },
                    {x});
        sweep.check("dropout",
                    [&](const Inputs& in) {
                        keratin::set_random_seed(3);
                        return nn::dropout(in[0], 0.3);
                    },
                    {x});
    }
}

inline void sweep_nn(Sweep& sweep) {
    sweep_activations(sweep);
    sweep_convolutions(sweep);
    sweep_pools(sweep);
    sweep_cross_entropies(sweep);
    sweep_normalization(sweep);
}

}  // namespace conformance
