#pragma once

#include "conformance/gradients/layers.hpp"

#include <keratin/layers.hpp>
#include <keratin/ops/nn/affine_transform.hpp>

#include <memory>

namespace conformance {

inline void sweep_transforms(Sweep& sweep) {
    for (int i = 0; i < 4; ++i) {
        const Tensor transforms = Tensor::from({0.9f, 0.2f, -0.3f, -0.1f, 1.1f, 0.4f}, {1, 6});
        const auto how = [&](const Inputs& x) {
            return keratin::nn::affine_transform(x[0], transforms, {.fill_value = 0.5 * i});
        };
        sweep.check("affine_transform", how, {sweep.values({2, 3, 4, 1 + i % 2})});
    }
}

inline void sweep_normalizing_layers(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 4; ++i) {
        const Tensor x = sweep.values({2, 3, 4}, -1, 1);
        check.check(layers::LayerNormalization({.epsilon = 0.1, .center = i % 2 == 0, .dtype = float64}), x);
        check.check(layers::GroupNormalization({.groups = i % 2 + 1, .epsilon = 0.1, .dtype = float64}), x);
        check.check(layers::RMSNormalization({.epsilon = 0.1, .dtype = float64}), x);
        check.check(layers::UnitNormalization({.dtype = float64}), x);
        check.check(layers::Normalization(
                        {.mean = Tensor::from({0.5f}), .variance = Tensor::from({2.f}), .dtype = float64}),
                    x);
    }
}

inline void sweep_noise_layers(Sweep& sweep, LayerSweep& check) {
    for (const bool training : {false, true}) {
        const Tensor x = sweep.values({2, 3, 4}, 0.5, 1.5);
        const auto noisy = [&](auto layer) {
            check.check(layer, x, training, [=] { layer.seed_generator.set_state({7, 0}); });
        };
        noisy(layers::AlphaDropout(0.3, {.seed = 7, .dtype = float64}));
        noisy(layers::GaussianDropout(0.3, {.seed = 7, .dtype = float64}));
        noisy(layers::GaussianNoise(0.3, {.seed = 7, .dtype = float64}));
    }
    const Tensor x = sweep.values({2, 3, 4});
    check.check(layers::ActivityRegularization({.l2 = 0.1, .dtype = float64}), x);
    check.check(layers::ELU({.alpha = 0.7, .dtype = float64}), x);
    check.check(layers::PReLU({.shared_axes = {1}, .dtype = float64}), x);
}

inline void sweep_image_layers(Sweep& sweep, LayerSweep& check) {
    const Tensor x = sweep.values({2, 4, 5, 2});
    check.check(layers::CenterCrop(2, 3, {.dtype = float64}), x);
    check.check(layers::Resizing(3, 7, {.dtype = float64}), x);
    check.check(layers::RandomCrop(2, 3, {.dtype = float64}), x);
    check.check(layers::RandomFlip("horizontal", {.dtype = float64}), x);
}

inline void sweep_sequence_layers(Sweep& sweep, LayerSweep& check) {
    const Tensor x = sweep.values({2, 3, 2}, 0.5, 1);
    check.check(layers::Masking({.dtype = float64}), x);
    check.check(layers::TimeDistributed(layers::Dense(3, {.dtype = float64}), {.dtype = float64}), x);
    check.check(layers::SimpleRNN(2, {.dtype = float64}), x);
    check.check(layers::GRU(2, {.return_sequences = true, .dtype = float64}), x);
    check.check(layers::GRU(2, {.reset_after = false, .dtype = float64}), x);
    check.check(layers::LSTM(2, {.return_sequences = true, .dtype = float64}), x);
    check.check(layers::Bidirectional(layers::LSTM(2, {.dtype = float64}), {.dtype = float64}), x);
}

inline std::set<std::string> sweep_more_layers(Sweep& sweep) {
    LayerSweep check(sweep);
    sweep_normalizing_layers(sweep, check);
    sweep_noise_layers(sweep, check);
    sweep_image_layers(sweep, check);
    sweep_sequence_layers(sweep, check);
    return check.covered();
}

}  // namespace conformance
