#include <keratin/models/resnet.hpp>

#include "models/application.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/max_pooling2d.hpp>
#include <keratin/layers/reshape.hpp>
#include <keratin/layers/zero_padding2d.hpp>

namespace keratin::models {
namespace {

constexpr NormOptions norm_of_50 = {.epsilon = 1.001e-5, .axis = 3};
constexpr int64_t blocks_of_50[] = {3, 4, 6, 3};
constexpr int64_t filters_of_50[] = {64, 128, 256, 512};

/// Three convolutions, each normalized, and the sum with the shortcut.
KerasTensor bottleneck(const KerasTensor& input, int64_t filters, int64_t strides, bool first,
                       const std::string& name) {
    const auto convolve = [&](const KerasTensor& x, int64_t channels, const std::string& part,
                              const ConvOptions& options) {
        return norm(conv(x, channels, name + part + "_conv", options), name + part + "_bn", norm_of_50);
    };
    const KerasTensor shortcut =
        first ? convolve(input, 4 * filters, "_0", {.kernel = 1, .strides = strides}) : input;
    KerasTensor x = convolve(input, filters, "_1", {.kernel = 1, .strides = strides});
    x = convolve(relu(x, name + "_1_relu"), filters, "_2", {.padding = "same"});
    x = convolve(relu(x, name + "_2_relu"), 4 * filters, "_3", {.kernel = 1});
    return relu(add(shortcut, x, name + "_add"), name + "_out");
}

/// The same, normalized before each convolution.
KerasTensor bottleneck_v2(const KerasTensor& input, int64_t filters, int64_t strides, bool first,
                          const std::string& name) {
    const auto activate = [&](const KerasTensor& x, const std::string& part) {
        return relu(norm(x, name + part + "_bn", norm_of_50), name + part + "_relu");
    };
    const KerasTensor start = activate(input, "_preact");
    KerasTensor shortcut = input;
    if (first)
        shortcut = conv(start, 4 * filters, name + "_0_conv", {.kernel = 1, .strides = strides});
    else if (strides > 1)
        shortcut = layers::MaxPooling2D(1, {.strides = strides})(input);
    KerasTensor x = conv(start, filters, name + "_1_conv", {.kernel = 1, .use_bias = false});
    x = pad(activate(x, "_1"), {1, 1}, name + "_2_pad");
    x = conv(x, filters, name + "_2_conv", {.strides = strides, .use_bias = false});
    x = conv(activate(x, "_2"), 4 * filters, name + "_3_conv", {.kernel = 1});
    return add(shortcut, x, name + "_out");
}

Model resnet(const ApplicationOptions& options, const std::string& name, bool v2) {
    const KerasTensor input = application_input(name, options, 224, 32);
    KerasTensor x = conv(pad(input, {3, 3}, "conv1_pad"), 64, "conv1_conv", {.kernel = 7, .strides = 2});
    if (!v2) x = relu(norm(x, "conv1_bn", norm_of_50), "conv1_relu");
    x = layers::MaxPooling2D(3, {.strides = 2, .name = "pool1_pool"})(pad(x, {1, 1}, "pool1_pad"));
    for (size_t stage = 0; stage < std::size(blocks_of_50); ++stage) {
        const int64_t blocks = blocks_of_50[stage];
        for (int64_t block = 1; block <= blocks; ++block) {
            // The image halves at the start of a stage, in v2 at its end.
            const bool halves = v2 ? stage < 3 && block == blocks : stage > 0 && block == 1;
            x = (v2 ? bottleneck_v2 : bottleneck)(x, filters_of_50[stage], halves ? 2 : 1, block == 1,
                                                  fmt::format("conv{}_block{}", stage + 2, block));
        }
    }
    if (v2) x = relu(norm(x, "post_bn", norm_of_50), "post_relu");
    return finished(input, classified(x, options, {"avg_pool", "max_pool"}), options, name);
}

/// Every other pixel, with as many channels of zeros behind as before.
KerasTensor halved(const KerasTensor& x, int64_t filters, const std::string& name) {
    const KerasTensor y = layers::MaxPooling2D(1, {.strides = 2, .name = name + "_pool"})(x);
    const int64_t channels = y.shape().back();
    // Only ZeroPadding2D pads, and only the two axes behind the batch.
    const KerasTensor flat = layers::Reshape({-1, channels, 1}, {.name = name + "_flat"})(y);
    const KerasTensor padded =
        layers::ZeroPadding2D(PadPair{0, 0}, PadPair{0, filters - channels}, {.name = name + "_pad"})(flat);
    return layers::Reshape(y.shape().slice(1, 3) + Shape{filters}, {.name = name + "_image"})(padded);
}

/// Two convolutions around which the shortcut goes.
KerasTensor basic_block(const KerasTensor& input, int64_t filters, bool halves, const std::string& name) {
    const auto convolve = [&](const KerasTensor& x, int64_t strides, const std::string& part) {
        const ConvOptions options = {
            .strides = strides, .padding = "same", .use_bias = false, .initializer = "he_normal"};
        return norm(conv(x, filters, name + part + "_conv", options), name + part + "_bn", {});
    };
    const KerasTensor x = relu(convolve(input, halves ? 2 : 1, "_1"), name + "_1_relu");
    const KerasTensor shortcut = halves ? halved(input, filters, name + "_0") : input;
    return relu(add(shortcut, convolve(x, 1, "_2"), name + "_add"), name + "_out");
}

}  // namespace

Model resnet50(const ApplicationOptions& options) {
    return resnet(options, "resnet50", false);
}

Model resnet50_v2(const ApplicationOptions& options) {
    return resnet(options, "resnet50v2", true);
}

Model resnet20(const ResNet20Options& given) {
    if (given.n < 1) fail<ValueError>("resnet20: n is {}; each stage needs at least 1 block", given.n);
    const std::string name = fmt::format("resnet{}", 6 * given.n + 2);
    const ApplicationOptions options = {.include_top = given.include_top,
                                        .weights = given.weights,
                                        .input_shape = given.input_shape,
                                        .pooling = given.pooling,
                                        .classes = given.classes,
                                        .classifier_activation = given.classifier_activation,
                                        .name = given.name};
    if (!given.input_shape.is_static())
        fail<ValueError>("{}: input_shape is {}; its shortcuts need the size of the images", name,
                         given.input_shape);
    const KerasTensor input = application_input(name, options, 32, 1);
    KerasTensor x =
        conv(input, 16, "conv1_conv", {.padding = "same", .use_bias = false, .initializer = "he_normal"});
    x = relu(norm(x, "conv1_bn", {}), "conv1_relu");
    for (int64_t stage = 0; stage < 3; ++stage)
        for (int64_t block = 1; block <= given.n; ++block)
            x = basic_block(x, 16 << stage, stage > 0 && block == 1,
                            fmt::format("conv{}_block{}", stage + 2, block));
    return finished(input, classified(x, options, {"avg_pool", "max_pool"}), options, name);
}

}  // namespace keratin::models
