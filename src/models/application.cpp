#include "models/application.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/activation.hpp>
#include <keratin/layers/batch_normalization.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/global_average_pooling2d.hpp>
#include <keratin/layers/global_max_pooling2d.hpp>
#include <keratin/layers/input_layer.hpp>
#include <keratin/layers/merging.hpp>
#include <keratin/layers/relu.hpp>
#include <keratin/layers/zero_padding2d.hpp>

#include <algorithm>

namespace keratin::models {
namespace {

Shape checked_input_shape(const std::string& owner, const ApplicationOptions& options, int64_t default_side,
                          int64_t min_side) {
    if (!options.input_shape) {
        const int64_t side = options.include_top ? default_side : Shape::unknown;
        return {side, side, 3};
    }
    const Shape& shape = *options.input_shape;
    if (shape.rank() != 3 || shape[2] == Shape::unknown)
        fail<ValueError>("{}: input_shape is {}; give (height, width, channels)", owner, shape);
    for (const int axis : {0, 1})
        if (shape[axis] != Shape::unknown && shape[axis] < min_side)
            fail<ValueError>("{}: input_shape is {}; images must be at least {}x{}", owner, shape, min_side,
                             min_side);
    if (options.include_top && !shape.is_static())
        fail<ValueError>("{}: input_shape is {}; give all of it, or set include_top to false", owner, shape);
    return shape;
}

void check_activation(const std::string& owner, const ApplicationOptions& options) {
    const ActivationFunction& activation = options.classifier_activation;
    if (!options.include_top || options.weights.empty()) return;
    if (activation.is_linear() || activation.name() == "softmax") return;
    fail<ValueError>("{}: classifier_activation is {}; with weights it must be softmax or linear", owner,
                     activation.name());
}

}  // namespace

KerasTensor application_input(const std::string& owner, const ApplicationOptions& options,
                              int64_t default_side, int64_t min_side) {
    check_activation(owner, options);
    return Input(checked_input_shape(owner, options, default_side, min_side));
}

KerasTensor conv(const KerasTensor& x, int64_t filters, const std::string& name, const ConvOptions& options) {
    return layers::Conv2D(filters, {.kernel_size = options.kernel,
                                    .strides = options.strides,
                                    .padding = options.padding,
                                    .use_bias = options.use_bias,
                                    .kernel_initializer = options.initializer,
                                    .name = name})(x);
}

KerasTensor norm(const KerasTensor& x, const std::string& name, const NormOptions& options) {
    return layers::BatchNormalization(
        {.axis = options.axis, .momentum = options.momentum, .epsilon = options.epsilon, .name = name})(x);
}

KerasTensor pad(const KerasTensor& x, PadPair both, const std::string& name) {
    return layers::ZeroPadding2D(both, both, {.name = name})(x);
}

KerasTensor relu(const KerasTensor& x, const std::string& name) {
    return layers::Activation("relu", {.name = name})(x);
}

KerasTensor relu6(const KerasTensor& x, const std::string& name) {
    return layers::ReLU({.max_value = 6.0, .name = name})(x);
}

KerasTensor add(const KerasTensor& a, const KerasTensor& b, const std::string& name) {
    return layers::Add({.name = name})({a, b});
}

KerasTensor features(const KerasTensor& x, const ApplicationOptions& options, const PoolingNames& names) {
    if (options.pooling.is("avg")) return layers::GlobalAveragePooling2D({.name = names.avg})(x);
    if (options.pooling.is("max")) return layers::GlobalMaxPooling2D({.name = names.max})(x);
    return x;
}

KerasTensor classified(const KerasTensor& x, const ApplicationOptions& options, const PoolingNames& names) {
    if (!options.include_top) return features(x, options, names);
    return layers::Dense(options.classes,
                         {.activation = options.classifier_activation, .name = "predictions"})(
        layers::GlobalAveragePooling2D({.name = names.avg})(x));
}

Model finished(const KerasTensor& input, const KerasTensor& output, const ApplicationOptions& options,
               const std::string& default_name) {
    Model model(input, output, {.name = options.name.empty() ? default_name : options.name});
    if (!options.weights.empty()) model.load_weights(options.weights);
    return model;
}

}  // namespace keratin::models
