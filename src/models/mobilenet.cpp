#include <keratin/models/mobilenet.hpp>

#include "models/application.hpp"

#include <keratin/core/error.hpp>
#include <keratin/layers/activation.hpp>
#include <keratin/layers/depthwise_conv2d.hpp>
#include <keratin/layers/dropout.hpp>
#include <keratin/layers/global_average_pooling2d.hpp>
#include <keratin/layers/reshape.hpp>
#include <keratin/layers/zero_padding2d.hpp>

#include <algorithm>

namespace keratin::models {
namespace {

constexpr NormOptions norm_of_v2 = {.momentum = 0.999};

struct Block {
    int64_t filters, strides;
};

constexpr Block blocks[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                            {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};
constexpr Block blocks_v2[] = {{16, 1}, {24, 2},  {24, 1},  {32, 2},  {32, 1}, {32, 1},
                               {64, 2}, {64, 1},  {64, 1},  {64, 1},  {96, 1}, {96, 1},
                               {96, 1}, {160, 2}, {160, 1}, {160, 1}, {320, 1}};

template <class Options>
ApplicationOptions common(const Options& given) {
    return {.include_top = given.include_top,
            .weights = given.weights,
            .input_shape = given.input_shape,
            .pooling = given.pooling,
            .classes = given.classes,
            .classifier_activation = given.classifier_activation,
            .name = given.name};
}

void check_alpha(const char* owner, double alpha) {
    constexpr double least = 1.0 / 32, most = 1024;  // the first layer of mobilenet() has 32 filters
    if (!(alpha >= least && alpha <= most))
        fail<ValueError>("{}: alpha is {}; it must be from {} to {}", owner, alpha, least, most);
}

std::string name_of(const char* network, double alpha, const KerasTensor& input) {
    const int64_t height = input.shape()[1];
    const std::string side = height == Shape::unknown ? "None" : fmt::format("{}", height);
    return fmt::format("{}_{:.2f}_{}", network, alpha, side);
}

int64_t scaled(int64_t filters, double alpha) {
    return static_cast<int64_t>(static_cast<double>(filters) * alpha);
}

/// The nearest multiple of 8, at least 8 and no more than a tenth below (_make_divisible).
int64_t by_8(double filters) {
    const int64_t rounded = std::max(int64_t{8}, static_cast<int64_t>(filters + 4) / 8 * 8);
    return static_cast<double>(rounded) < 0.9 * filters ? rounded + 8 : rounded;
}

KerasTensor depthwise(const KerasTensor& x, int64_t strides, int64_t multiplier, const std::string& name) {
    return layers::DepthwiseConv2D({.kernel_size = 3,
                                    .strides = strides,
                                    .padding = strides == 1 ? padding("same") : padding("valid"),
                                    .depth_multiplier = multiplier,
                                    .use_bias = false,
                                    .name = name})(x);
}

KerasTensor separable_block(KerasTensor x, const Block& block, size_t number,
                            const MobileNetOptions& options) {
    const auto name = [&](const char* part) { return fmt::format("conv_{}_{}", part, number); };
    if (block.strides > 1) x = pad(x, {0, 1}, name("pad"));
    x = depthwise(x, block.strides, options.depth_multiplier, name("dw"));
    x = relu6(norm(x, name("dw") + "_bn", {}), name("dw") + "_relu");
    x = conv(x, scaled(block.filters, options.alpha), name("pw"),
             {.kernel = 1, .padding = "same", .use_bias = false});
    return relu6(norm(x, name("pw") + "_bn", {}), name("pw") + "_relu");
}

/// One row more at the end of an odd side, where "valid" would lose it (correct_pad for a 3x3 window).
PadPair halving_pad(int64_t side) {
    return {side == Shape::unknown ? 0 : side % 2, 1};
}

KerasTensor inverted_block(const KerasTensor& input, const Block& block, size_t number, double alpha) {
    const std::string prefix = number > 0 ? fmt::format("block_{}_", number) : "expanded_conv_";
    const int64_t channels = input.shape().back();
    const int64_t filters = by_8(static_cast<double>(scaled(block.filters, alpha)));
    const ConvOptions pointwise = {.kernel = 1, .padding = "same", .use_bias = false};
    KerasTensor x = input;
    if (number > 0) {
        x = norm(conv(x, 6 * channels, prefix + "expand", pointwise), prefix + "expand_BN", norm_of_v2);
        x = relu6(x, prefix + "expand_relu");
    }
    if (block.strides > 1)
        x = layers::ZeroPadding2D(halving_pad(x.shape()[1]), halving_pad(x.shape()[2]),
                                  {.name = prefix + "pad"})(x);
    x = norm(depthwise(x, block.strides, 1, prefix + "depthwise"), prefix + "depthwise_BN", norm_of_v2);
    x = relu6(x, prefix + "depthwise_relu");
    x = norm(conv(x, filters, prefix + "project", pointwise), prefix + "project_BN", norm_of_v2);
    return channels == filters && block.strides == 1 ? add(input, x, prefix + "add") : x;
}

}  // namespace

Model mobilenet(const MobileNetOptions& given) {
    check_alpha("mobilenet", given.alpha);
    const ApplicationOptions options = common(given);
    const KerasTensor input = application_input("mobilenet", options, 224, 32);
    KerasTensor x =
        conv(input, scaled(32, given.alpha), "conv1", {.strides = 2, .padding = "same", .use_bias = false});
    x = relu6(norm(x, "conv1_bn", {}), "conv1_relu");
    size_t number = 0;
    for (const Block& block : blocks) x = separable_block(x, block, ++number, given);
    if (given.include_top) {
        x = layers::Dropout(given.dropout,
                            {.name = "dropout"})(layers::GlobalAveragePooling2D({.keepdims = true})(x));
        x = conv(x, given.classes, "conv_preds", {.kernel = 1, .padding = "same"});
        x = layers::Reshape({given.classes}, {.name = "reshape_2"})(x);
        x = layers::Activation(given.classifier_activation, {.name = "predictions"})(x);
    } else {
        x = features(x, options, {});
    }
    return finished(input, x, options, name_of("mobilenet", given.alpha, input));
}

Model mobilenet_v2(const MobileNetV2Options& given) {
    check_alpha("mobilenet_v2", given.alpha);
    const ApplicationOptions options = common(given);
    const KerasTensor input = application_input("mobilenet_v2", options, 224, 32);
    KerasTensor x =
        conv(input, by_8(32 * given.alpha), "Conv1", {.strides = 2, .padding = "same", .use_bias = false});
    x = relu6(norm(x, "bn_Conv1", norm_of_v2), "Conv1_relu");
    size_t number = 0;
    for (const Block& block : blocks_v2) x = inverted_block(x, block, number++, given.alpha);
    x = conv(x, given.alpha > 1 ? by_8(1280 * given.alpha) : 1280, "Conv_1",
             {.kernel = 1, .use_bias = false});
    x = relu6(norm(x, "Conv_1_bn", norm_of_v2), "out_relu");
    return finished(input, classified(x, options, {}), options, name_of("mobilenetv2", given.alpha, input));
}

}  // namespace keratin::models
