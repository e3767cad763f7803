#pragma once

#include "conformance/gradients/layers.hpp"
#include "conformance/gradients/nn.hpp"

#include <keratin/ops/einsum.hpp>
#include <keratin/ops/nn/resize.hpp>

namespace conformance {

inline void sweep_resizing(Sweep& sweep) {
    for (int i = 0; i < 8; ++i) {
        const auto how = keratin::interpolation(i % 2 == 0 ? "nearest" : "bilinear");
        const keratin::Size2 size{sweep.random.between(1, 5), sweep.random.between(1, 5)};
        sweep.check("resize", [&](const Inputs& x) { return nn::resize(x[0], size, how); },
                    {sweep.values({1, sweep.random.between(1, 4), 3, 2})});
    }
}

inline void sweep_einsums(Sweep& sweep) {
    struct Case {
        const char* equation;
        Shape a, b;
    };
    for (const Case& c : {Case{"ab,bc->ac", {2, 3}, {3, 2}},
                          {"ab,cb->ca", {2, 3}, {2, 3}},
                          {"abc,abd->acd", {2, 2, 3}, {2, 2, 2}},
                          {"abc,cde->adbe", {2, 2, 2}, {2, 1, 3}},
                          {"a,b->ab", {2}, {3}},
                          {"ab,b->a", {2, 3}, {3}},
                          {"abc,b->c", {2, 3, 2}, {3}},
                          {"...x,xy->...y", {2, 2, 3}, {3, 2}},
                          {"...ab,...bc->...ac", {2, 1, 2, 3}, {2, 3, 2}}})
        sweep.check("einsum", [&](const Inputs& x) { return keratin::einsum(c.equation, x[0], x[1]); },
                    {sweep.values(c.a), sweep.values(c.b)});
}

inline void sweep_sequence_convolutions(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 8; ++i) {
        const bool dilated = i % 4 == 3;
        const int64_t groups = sweep.random.one_of<int64_t>({1, 2});
        check.check(
            layers::Conv1D(groups,
                           {.kernel_size = sweep.random.between(1, 3),
                            .strides = dilated ? 1 : sweep.random.between(1, 2),
                            .padding = sweep.random.one_of<keratin::Padding1D>({"valid", "same", "causal"}),
                            .dilation_rate = dilated ? 2 : 1,
                            .groups = groups,
                            .activation = sample_activation(sweep),
                            .use_bias = sweep.coin(),
                            .dtype = float64}),
            sweep.values({2, 5, groups}, -1, 1));
    }
}

/// The same options for the layers of sequences and those of images.
template <class Depthwise, class Separable, class Transpose>
void sweep_other_convolutions(Sweep& sweep, LayerSweep& check, const Shape& sides) {
    for (int i = 0; i < 4; ++i) {
        const auto size = sweep.random.between(1, 2), strides = sweep.random.between(1, 2);
        const auto padding = sweep.random.one_of<keratin::Padding>({"valid", "same"});
        const auto activation = sample_activation(sweep);
        const Tensor x = sweep.values(Shape{1} + sides + Shape{2}, -1, 1);
        check.check(Depthwise({.kernel_size = size,
                               .strides = strides,
                               .padding = padding,
                               .depth_multiplier = sweep.random.between(1, 2),
                               .activation = activation,
                               .use_bias = sweep.coin(),
                               .dtype = float64}),
                    x);
        check.check(Separable(2, {.kernel_size = size,
                                  .strides = strides,
                                  .padding = padding,
                                  .activation = activation,
                                  .use_bias = sweep.coin(),
                                  .dtype = float64}),
                    x);
        check.check(Transpose(2, {.kernel_size = size,
                                  .strides = strides,
                                  .padding = padding,
                                  .activation = activation,
                                  .use_bias = sweep.coin(),
                                  .dtype = float64}),
                    x);
    }
}

inline void sweep_sequence_pooling(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 4; ++i) {
        const int64_t pool = sweep.random.between(1, 3);
        const auto padding = sweep.random.one_of<keratin::Padding>({"valid", "same"});
        const Tensor x = sweep.distinct({1, sweep.random.between(3, 5), 2}, 2);
        check.check(layers::MaxPooling1D(pool, {.strides = 1 + i % 2, .padding = padding, .dtype = float64}),
                    x);
        check.check(layers::AveragePooling1D(pool, {.padding = padding, .dtype = float64}), x);
        check.check(layers::GlobalMaxPooling1D({.keepdims = sweep.coin(), .dtype = float64}), x);
        check.check(layers::GlobalAveragePooling1D({.keepdims = sweep.coin(), .dtype = float64}), x);
    }
}

inline void sweep_cropping_layers(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 3; ++i) {
        const Tensor steps = sweep.values({2, 4, 2}), image = sweep.values({1, 3, 3, 2});
        check.check(layers::Cropping1D({i, 1}, {.dtype = float64}), steps);
        check.check(layers::Cropping2D({i, 0}, {0, 1}, {.dtype = float64}), image);
        check.check(layers::ZeroPadding1D({i, 1}, {.dtype = float64}), steps);
        check.check(layers::UpSampling1D(i + 1, {.dtype = float64}), steps);
        check.check(layers::UpSampling2D(
                        {2, i + 1}, {.interpolation = keratin::interpolation(i == 0 ? "nearest" : "bilinear"),
                                     .dtype = float64}),
                    image);
        check.check(layers::Permute({2, 1}, {.dtype = float64}), steps);
        check.check(layers::RepeatVector(i + 1, {.dtype = float64}), sweep.values({2, 3}));
    }
}

inline void sweep_einsum_layers(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 4; ++i)
        check.check(
            layers::EinsumDense(
                i % 2 == 0 ? "abc,cd->abd" : "...c,cd->...d",
                i % 2 == 0 ? Shape{Shape::unknown, 2} : Shape{2},
                {.activation = sample_activation(sweep), .bias_axes = i < 2 ? "d" : "", .dtype = float64}),
            sweep.values({2, 2, 3}, -1, 1));
}

/// Numbers have no gradient, the vectors have.
inline void sweep_embeddings(Sweep& sweep) {
    const layers::Embedding layer(3, 2, {.dtype = float64});
    const Tensor ids = Tensor::from({2, 0, 2, 1}, {2, 2});
    layer(ids);
    const std::vector<Variable> variables = layer.variables();
    sweep.count("Embedding", check_variables([&] { return layer(ids); }, variables),
                check_variables_twice([&] { return keratin::square(layer(ids)); }, variables));
}

inline void sweep_window_ops(Sweep& sweep) {
    sweep_resizing(sweep);
    sweep_einsums(sweep);
}

/// Returns the classes that were checked.
inline std::set<std::string> sweep_window_layers(Sweep& sweep) {
    LayerSweep check(sweep);
    sweep_sequence_convolutions(sweep, check);
    sweep_other_convolutions<layers::DepthwiseConv1D, layers::SeparableConv1D, layers::Conv1DTranspose>(
        sweep, check, {4});
    sweep_other_convolutions<layers::DepthwiseConv2D, layers::SeparableConv2D, layers::Conv2DTranspose>(
        sweep, check, {3, 3});
    sweep_sequence_pooling(sweep, check);
    sweep_cropping_layers(sweep, check);
    sweep_einsum_layers(sweep, check);
    sweep_embeddings(sweep);
    std::set<std::string> covered = check.covered();
    covered.insert("Embedding");
    return covered;
}

}  // namespace conformance
