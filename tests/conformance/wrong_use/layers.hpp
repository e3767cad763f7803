#pragma once

#include "conformance/wrong_use/use.hpp"

#include <keratin/layers.hpp>

namespace conformance::wrong_use {

inline Group layer_arguments() {
    return {
        "arguments of layers",
        {
            {"no filters", [] { layers::Conv2D(0, {.kernel_size = 3}); }, Type::value,
             "conv2d: filters is 0; it must be at least 1"},
            {"a kernel size of 0",
             [] {
                 layers::Conv2D(4, {.kernel_size = {3, 0}});
             },
             Type::value, "conv2d: kernel_size is (3, 0); both sides must be at least 1"},
            {"explicit padding of a layer",
             [] {
                 layers::Conv2D(4, {.kernel_size = 3, .padding = {{1, 1}, {1, 1}}});
             },
             Type::value,
             "conv2d: padding is ((1, 1), (1, 1)); a layer takes \"valid\" or \"same\": use \"valid\" after "
             "layers::ZeroPadding2D, or nn::conv2d"},
            {"filters that groups do not divide", [] { layers::Conv2D(4, {.kernel_size = 3, .groups = 3}); },
             Type::value,
             "conv2d: 3 groups do not divide 4 filters; use a number of filters that is a multiple"},
            {"strides and dilation",
             [] { layers::Conv2D(4, {.kernel_size = 3, .strides = 2, .dilation_rate = 2}); }, Type::value,
             "conv2d: strides (2, 2) and dilation_rate (2, 2) are both above 1; use one of them"},
            {"no units", [] { layers::Dense(0); }, Type::value, "dense: units is 0; it must be at least 1"},
            {"a layer of integers", [] { layers::Dense(3, {.dtype = int32}); }, Type::dtype,
             "Dense: dtype is int32; layers compute in floating dtypes"},
            {"a name with a slash", [] { layers::Dense(3, {.name = "a/b"}); }, Type::value,
             "Layer: the name \"a/b\" holds a '/', which separates names in paths; leave it out"},
            {"a momentum above 1", [] { layers::BatchNormalization({.momentum = 2}); }, Type::value,
             "batch_normalization: momentum is 2; it must be within [0, 1]"},
            {"no epsilon", [] { layers::BatchNormalization({.epsilon = 0}); }, Type::value,
             "batch_normalization: epsilon is 0; it must be positive"},
            {"a dropout rate of 2", [] { layers::Dropout(2); }, Type::value,
             "dropout: rate is 2; it must be within [0, 1]"},
            {"a pool of 0", [] { layers::MaxPooling2D(0); }, Type::value,
             "max_pooling2d: pool_size is (0, 0); both sides must be at least 1"},
            {"a negative slope", [] { layers::LeakyReLU({.negative_slope = -1}); }, Type::value,
             "leaky_re_lu: negative_slope is -1; it must not be negative"},
            {"a negative limit", [] { layers::ReLU({.max_value = -1}); }, Type::value,
             "re_lu: max_value -1, negative_slope 0 and threshold 0 must not be negative"},
            {"two open extents",
             [] {
                 layers::Reshape({-1, -1});
             },
             Type::value, "reshape: target_shape (None, None) leaves more than one extent open"},
            {"negative padding",
             [] {
                 layers::ZeroPadding2D({-1, 0}, {0, 0});
             },
             Type::value, "zero_padding2d: padding ((-1, 0), (0, 0)) must not be negative"},
            {"a negative batch", [] { layers::InputLayer({3}, {.batch_size = -2}); }, Type::value,
             "input_layer: batch_size is -2; it must not be negative"},
            {"an unknown initializer", [] { layers::Dense(3, {.kernel_initializer = "he"}); }, Type::value,
             "initializer: no initializer is called \"he\"; near it: \"he_uniform\", \"he_normal\"; add one "
             "of your own with "
             "Initializer::register_class()"},
            {"an unknown regularizer", [] { layers::Dense(3, {.kernel_regularizer = "L3"}); }, Type::value,
             "regularizer: no regularizer is called \"L3\"; near it: \"L1\", \"L2\"; add one of "
             "your own with Regularizer::register_class()"},
            {"an unknown constraint", [] { layers::Dense(3, {.kernel_constraint = "big"}); }, Type::value,
             "constraint: no constraint is called \"big\"; add one of your own with "
             "Constraint::register_class()"},
        }};
}

/// A layer that makes another one in every call.
struct Forgetful : Layer {
    Tensor call(const Tensor& x) override { return layers::Dense(2)(x); }
};

inline Group layer_calls() {
    const auto conv =
        std::make_shared<layers::Conv2D>(2, layers::Conv2DOptions{.kernel_size = 3, .name = "conv"});
    const auto dense = std::make_shared<layers::Dense>(3, layers::DenseOptions{.name = "dense"});
    const auto norm =
        std::make_shared<layers::BatchNormalization>(layers::BatchNormalizationOptions{.name = "norm"});
    (*conv)(ones({1, 4, 4, 1}));
    (*dense)(ones({1, 4}));
    (*norm)(ones({2, 3}));
    return {
        "calls of layers",
        {
            {"an image without a batch",
             [conv] {
                 (*conv)(ones({4, 4, 1}));
             },
             Type::shape,
             "conv: input has shape (4, 4, 1); images of shape (batch, height, width, channels) are needed, "
             "use reshape() or expand_dims()"},
            {"other channels than at build",
             [conv] {
                 (*conv)(ones({1, 4, 4, 3}));
             },
             Type::shape,
             "conv: input of shape (1, 4, 4, 3) has 3 channels, kernel was built for 1 (kernel shape (3, 3, "
             "1, 2)); give an input of shape (batch, height, width, 1)"},
            {"an image smaller than the kernel",
             [conv] {
                 (*conv)(ones({1, 2, 2, 1}));
             },
             Type::shape,
             "conv: kernel (3, 3) with dilations (1, 1) does not fit input (1, 2, 2, 1) with padding "
             "\"valid\"; use padding \"same\" or a smaller kernel"},
            {"images of bytes",
             [conv] {
                 (*conv)(ones({1, 4, 4, 1}, uint8));
             },
             Type::dtype,
             "conv: input is uint8; cast() it to float32, or put a layers::Rescaling(1. / 255) before the "
             "layer"},
            {"no input", [conv] { (*conv)(Tensor()); }, Type::value,
             "conv: the input is an undefined tensor; give it a value first, for instance by zeros(shape)"},
            {"channels that groups do not divide",
             [] {
                 layers::Conv2D(4, {.kernel_size = 1, .groups = 2})(ones({1, 4, 4, 3}));
             },
             Type::shape,
             "conv2d: input of shape (1, 4, 4, 3) has 3 channels, which 2 groups do not divide; use a number "
             "of channels that is a multiple of groups"},
            {"one sample without a batch", [dense] { (*dense)(ones({4})); }, Type::shape,
             "dense: input has shape (4,); (batch, .., features) is needed"},
            {"other features than at build",
             [dense] {
                 (*dense)(ones({2, 5}));
             },
             Type::shape,
             "dense: input of shape (2, 5) has 5 features, kernel was built for 4; give an input of shape "
             "(batch, .., 4)"},
            {"other features in another rank",
             [dense] {
                 dense->compute_output_shape({2, 7, 5});
             },
             Type::shape,
             "dense: input of shape (2, 7, 5) has 5 features, kernel was built for 4; give an input of shape "
             "(batch, .., 4)"},
            {"other channels than the statistics'",
             [norm] {
                 (*norm)(ones({2, 4}), {.training = true});
             },
             Type::shape,
             "norm: input of shape (2, 4) has 4 channels on axis -1, the layer was built for 3; give an "
             "input with 3 there"},
            {"an axis that is not there",
             [] {
                 layers::BatchNormalization({.axis = 3})(ones({2, 4}));
             },
             Type::shape, "batch_normalization: axis 3 is outside shape (2, 4); use an axis from -2 to 1"},
            {"statistics of nothing",
             [norm] {
                 (*norm)(ones({0, 3}), {.training = true});
             },
             Type::value,
             "norm: batch_moments: input of shape (0, 3) has nothing to average; give at least one sample"},
            {"a noise shape of another rank",
             [] {
                 layers::Dropout(0.5, {.noise_shape = Shape{2}})(ones({2, 4}), {.training = true});
             },
             Type::shape,
             "dropout: noise_shape (2,) does not broadcast to the input's shape (2, 4); give 1 or the "
             "input's extent for each axis"},
            {"a scalar flattened", [] { layers::Flatten()(Tensor::scalar(1)); }, Type::shape,
             "flatten: input is a scalar; (batch, ..) is needed"},
            {"a shape that does not hold the sample",
             [] {
                 layers::Reshape({5})(ones({2, 4}));
             },
             Type::shape,
             "reshape: input of shape (2, 4) has 4 elements per sample, target_shape (5,) holds 5"},
            {"a window larger than the image",
             [] {
                 layers::MaxPooling2D(5)(ones({1, 4, 4, 1}));
             },
             Type::shape,
             "max_pooling2d: window (5, 5) does not fit input (1, 4, 4, 1) with padding \"valid\"; use "
             "padding \"same\" or a smaller pool_size"},
            {"a mean of no pixels",
             [] {
                 layers::GlobalAveragePooling2D()(ones({1, 0, 4, 1}));
             },
             Type::shape,
             "global_average_pooling2d: input of shape (1, 0, 4, 1) has no pixels; height and width must be "
             "at least 1"},
            {"padding of a matrix",
             [] {
                 layers::ZeroPadding2D(1)(ones({4, 4}));
             },
             Type::shape,
             "zero_padding2d: input has shape (4, 4); (batch, height, width, channels) is needed"},
            {"an input of another shape",
             [] {
                 layers::InputLayer({28, 28, 1})(ones({1, 28, 28}));
             },
             Type::shape,
             "input_layer: input has shape (1, 28, 28), the model was made for (None, 28, 28, 1); reshape() "
             "the input"},
            {"softmax along an axis that is not there",
             [] {
                 layers::Softmax(2)(ones({1, 4}));
             },
             Type::shape, "softmax: axis 2 is outside shape (1, 4); use an axis from -2 to 1"},
            {"an activation of integers", [] { layers::Activation("tanh")(ones({2}, int64)); }, Type::dtype,
             "activation: input is int64; cast() it to float32, or put a layers::Rescaling(1. / 255) before "
             "the layer"},
            {"a layer made in call()",
             [] {
                 Forgetful()(ones({1, 4}));
             },
             Type::value,
             "forgetful: call() made the layer dense, whose variables are gone when call() returns, so it "
             "would never learn; make it a member of the layer"},
        },
        [=] {
            std::vector<Tensor> state = conv->get_weights();
            for (const Layer* layer : {static_cast<Layer*>(dense.get()), static_cast<Layer*>(norm.get())})
                for (const Tensor& weight : layer->get_weights()) state.push_back(weight);
            return state;
        }};
}

}  // namespace conformance::wrong_use
