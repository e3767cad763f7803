#pragma once

#include "conformance/wrong_use/use.hpp"

#include <keratin/ops/nn/activation.hpp>
#include <keratin/ops/nn/conv.hpp>
#include <keratin/ops/nn/cross_entropy.hpp>
#include <keratin/ops/nn/normalization.hpp>
#include <keratin/ops/nn/pool.hpp>

#include <cmath>

namespace conformance::wrong_use {

inline Group convolutions() {
    const Tensor x = ones({1, 5, 5, 3});
    const Tensor kernel = ones({3, 3, 3, 4});
    return {
        "convolutions",
        {
            {"an image without a batch",
             [kernel] {
                 nn::conv2d(ones({5, 5, 3}), kernel);
             },
             Type::shape,
             "conv2d: input has shape (5, 5, 3); images of shape (batch, height, width, channels) are "
             "needed, use reshape() or expand_dims()"},
            {"other channels than the kernel's",
             [kernel] {
                 nn::conv2d(ones({1, 5, 5, 1}), kernel);
             },
             Type::shape,
             "conv2d: input of shape (1, 5, 5, 1) has 1 channels, kernel was built for 3 (kernel shape (3, "
             "3, 3, 4)); give an input of shape (batch, height, width, 3)"},
            {"a kernel of rank 3",
             [x] {
                 nn::conv2d(x, ones({3, 3, 3}));
             },
             Type::shape,
             "conv2d: kernel has shape (3, 3, 3); (kernel_height, kernel_width, in_channels / groups, "
             "filters) is needed"},
            {"a kernel without elements",
             [x] {
                 nn::conv2d(x, ones({0, 3, 3, 4}));
             },
             Type::shape,
             "conv2d: kernel of shape (0, 3, 3, 4) has no elements; every extent must be at least 1"},
            {"a kernel of another dtype",
             [x] {
                 nn::conv2d(x, ones({3, 3, 3, 4}, float64));
             },
             Type::dtype,
             "conv2d: input of shape (1, 5, 5, 3) is float32, kernel of shape (3, 3, 3, 4) is float64; "
             "cast() one to the other's dtype"},
            {"images of bytes",
             [kernel] {
                 nn::conv2d(ones({1, 5, 5, 3}, uint8), kernel);
             },
             Type::dtype,
             "conv2d: input of shape (1, 5, 5, 3) is uint8; float32 or float64 is needed, cast() it"},
            {"no image at all", [kernel] { nn::conv2d({}, kernel); }, Type::value,
             "conv2d: input is an undefined tensor; give it a value first, for instance by zeros(shape)"},
            {"a kernel larger than the image",
             [x] {
                 nn::conv2d(x, ones({6, 6, 3, 1}));
             },
             Type::shape,
             "conv2d: kernel (6, 6) with dilations (1, 1) does not fit input (1, 5, 5, 3) with padding "
             "\"valid\"; use padding \"same\" or a smaller kernel"},
            {"a dilated kernel larger than the image",
             [x, kernel] { nn::conv2d(x, kernel, {.dilations = 3}); }, Type::shape,
             "conv2d: kernel (3, 3) with dilations (3, 3) does not fit input (1, 5, 5, 3) with padding "
             "\"valid\"; use padding \"same\" or a smaller kernel"},
            {"an image without pixels",
             [kernel] {
                 nn::conv2d(ones({1, 0, 5, 3}), kernel, {.padding = "same"});
             },
             Type::shape,
             "conv2d: input of shape (1, 0, 5, 3) has no pixels; height and width must be at least 1"},
            {"strides of 0",
             [x, kernel] {
                 nn::conv2d(x, kernel, {.strides = {1, 0}});
             },
             Type::value, "conv2d: strides (1, 0) must be at least 1"},
            {"dilations of 0", [x, kernel] { nn::conv2d(x, kernel, {.dilations = 0}); }, Type::value,
             "conv2d: dilations (0, 0) must be at least 1"},
            {"negative padding",
             [x, kernel] {
                 nn::conv2d(x, kernel, {.padding = {{-1, 1}, {0, 0}}});
             },
             Type::value,
             "conv2d: padding ((-1, 1), (0, 0)) must not be negative; use slice() to cut pixels off"},
            {"padding beyond memory",
             [x, kernel] {
                 nn::conv2d(x, kernel,
                            {.strides = int64_t{1} << 60, .padding = {{int64_t{1} << 61, 0}, {0, 0}}});
             },
             Type::shape,
             "conv2d: input (1, 5, 5, 3) with padding \"((2305843009213693952, 0), (0, 0))\" and dilations "
             "(1, 1) of kernel (3, 3) is larger than memory can hold; use less padding or smaller dilations"},
            {"no groups", [x, kernel] { nn::conv2d(x, kernel, {.groups = 0}); }, Type::value,
             "conv2d: groups 0 must be at least 1"},
            {"groups that do not divide the filters",
             [x] {
                 nn::conv2d(x, ones({3, 3, 1, 4}), {.groups = 3});
             },
             Type::shape,
             "conv2d: 3 groups do not divide the 4 filters of the kernel (kernel shape (3, 3, 1, 4)); use a "
             "number of filters that is a multiple of groups"},
            {"groups that do not divide the channels",
             [x] {
                 nn::conv2d(x, ones({3, 3, 1, 4}), {.groups = 2});
             },
             Type::shape,
             "conv2d: input of shape (1, 5, 5, 3) has 3 channels, kernel was built for 2 groups of 1 (kernel "
             "shape (3, 3, 1, 4)); give an input whose channels are groups * kernel.shape()[2]"},
            {"a transposed convolution of another size",
             [kernel] {
                 nn::conv2d_transpose(ones({1, 3, 3, 4}), kernel, {1, 6, 6, 3});
             },
             Type::shape,
             "conv2d_transpose: received shape (1, 3, 3, 4), but a convolution of shape (1, 6, 6, 3) with a "
             "kernel of shape (3, 3, 3, 4) has shape (1, 4, 4, 4); give that, or other options"},
            {"a gradient of another size",
             [x] {
                 nn::conv2d_kernel_gradient(x, ones({1, 4, 4, 4}), {3, 3, 3, 4});
             },
             Type::shape,
             "conv2d_kernel_gradient: received shape (1, 4, 4, 4), but a convolution of shape (1, 5, 5, 3) "
             "with a kernel of shape (3, 3, 3, 4) has shape (1, 3, 3, 4); give that, or other options"},
            {"depthwise channels that differ",
             [x] {
                 nn::depthwise_conv2d(x, ones({3, 3, 2, 1}));
             },
             Type::shape,
             "depthwise_conv2d: input of shape (1, 5, 5, 3) has 3 channels, kernel was built for 2 (kernel "
             "shape (3, 3, 2, 1)); give an input of shape (batch, height, width, 2)"},
            {"a depthwise kernel that is not there", [x] { nn::depthwise_conv2d(x, {}); }, Type::value,
             "depthwise_conv2d: kernel is an undefined tensor; give it a value first, for instance by "
             "zeros(shape)"},
        },
        [x, kernel] {
            return std::vector<Tensor>{x, kernel};
        }};
}

inline Group pools_and_activations() {
    const Tensor x = ones({1, 4, 4, 2});
    return {"pools and activations",
            {
                {"an image without channels",
                 [] {
                     nn::max_pool2d(ones({1, 4, 4}), 2);
                 },
                 Type::shape,
                 "max_pool2d: input has shape (1, 4, 4); images of shape (batch, height, width, channels) "
                 "are needed, use reshape() or expand_dims()"},
                {"a window larger than the image", [x] { nn::avg_pool2d(x, 5); }, Type::shape,
                 "avg_pool2d: window (5, 5) does not fit input (1, 4, 4, 2) with padding \"valid\"; use "
                 "padding \"same\" or a smaller pool_size"},
                {"a window of 0",
                 [x] {
                     nn::max_pool2d(x, {0, 2});
                 },
                 Type::value, "max_pool2d: window (0, 2) must be at least 1"},
                {"explicit padding of a pool",
                 [x] {
                     nn::max_pool2d(x, 2, {.padding = {{1, 1}, {1, 1}}});
                 },
                 Type::value,
                 "max_pool2d: padding ((1, 1), (1, 1)) is not accepted; use \"valid\" or \"same\", or pad() "
                 "the input"},
                {"a pool of integers",
                 [] {
                     nn::avg_pool2d(ones({1, 4, 4, 2}, int32), 2);
                 },
                 Type::dtype,
                 "avg_pool2d: input of shape (1, 4, 4, 2) is int32; float32 or float64 is needed, cast() it"},
                {"relu of integers", [] { nn::relu(ones({2}, int32)); }, Type::dtype,
                 "relu: input of shape (2,) is int32; float32 or float64 is needed, cast() it"},
                {"a slope that is no number", [x] { nn::relu(x, {.negative_slope = std::nan("")}); },
                 Type::value, "relu: negative_slope nan, max_value -1, threshold 0 must be numbers"},
                {"softmax of a scalar", [] { nn::softmax(Tensor::scalar(1)); }, Type::shape,
                 "softmax: input is a scalar; an axis to sum over is needed, use reshape()"},
                {"softmax along an axis that is not there", [x] { nn::softmax(x, 4); }, Type::shape,
                 "softmax: axis 4 is outside shape (1, 4, 4, 2); use an axis from -4 to 3"},
            },
            [x] { return std::vector<Tensor>{x}; }};
}

inline Group losses_and_normalization() {
    const Tensor logits = ones({2, 3});
    const Tensor x = ones({2, 3});
    return {
        "cross-entropies and normalization",
        {
            {"a label above the classes",
             [logits] {
                 nn::sparse_softmax_cross_entropy_with_logits(Tensor::from({0, 3}), logits);
             },
             Type::value,
             "sparse_softmax_cross_entropy_with_logits: labels[1] is 3, but logits have 3 classes; labels "
             "count from 0 to 2"},
            {"a negative label",
             [logits] {
                 nn::sparse_softmax_cross_entropy_with_logits(Tensor::from({-1, 0}), logits);
             },
             Type::value,
             "sparse_softmax_cross_entropy_with_logits: labels[0] is -1, but logits have 3 classes; labels "
             "count from 0 to 2"},
            {"labels that are numbers",
             [logits] { nn::sparse_softmax_cross_entropy_with_logits(ones({2}), logits); }, Type::dtype,
             "sparse_softmax_cross_entropy_with_logits: labels of shape (2,) are float32; int32, int64 or "
             "uint8 is needed, cast() them"},
            {"one label for two rows",
             [logits] { nn::sparse_softmax_cross_entropy_with_logits(Tensor::from({0}), logits); },
             Type::shape,
             "sparse_softmax_cross_entropy_with_logits: labels have shape (1,), logits (2, 3); give one "
             "label per row of logits, shape (2,)"},
            {"no labels", [] { nn::sparse_softmax_cross_entropy_with_logits({}, ones({3})); }, Type::value,
             "sparse_softmax_cross_entropy_with_logits: labels is an undefined tensor; give it a value "
             "first, for instance by zeros(shape)"},
            {"targets of another shape",
             [logits] {
                 nn::softmax_cross_entropy_with_logits(ones({2, 4}), logits);
             },
             Type::shape,
             "softmax_cross_entropy_with_logits: target has shape (2, 4), logits (2, 3); both must have the "
             "same"},
            {"targets of another dtype",
             [logits] {
                 nn::sigmoid_cross_entropy_with_logits(ones({2, 3}, float64), logits);
             },
             Type::dtype,
             "sigmoid_cross_entropy_with_logits: target of shape (2, 3) is float64, logits of shape (2, 3) "
             "is float32; cast() one to the other's dtype"},
            {"a bias of another length", [x] { nn::bias_add(x, ones({2})); }, Type::shape,
             "bias_add: bias has shape (2,), input (2, 3) has 3 channels along axis 1; give shape (3,)"},
            {"the moments of nothing",
             [] {
                 nn::batch_moments(ones({0, 3}));
             },
             Type::value,
             "batch_moments: input of shape (0, 3) has nothing to average; give at least one sample"},
            {"a mean of another length",
             [x] { nn::batch_normalization(x, ones({4}), ones({3}), {}, {}, 1e-3); }, Type::shape,
             "batch_normalization: mean has shape (4,), input (2, 3) has 3 channels along axis 1; give shape "
             "(3,)"},
            {"a negative epsilon", [x] { nn::batch_normalization(x, ones({3}), ones({3}), {}, {}, -1); },
             Type::value, "batch_normalization: epsilon -1 must not be negative"},
            {"a rate above 1", [x] { nn::dropout(x, 1.5); }, Type::value,
             "dropout: rate 1.5 must be within [0, 1]"},
        },
        [x, logits] {
            return std::vector<Tensor>{x, logits};
        }};
}

}  // namespace conformance::wrong_use
