#include "networks.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/lenet5.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/nn/activation.hpp>

namespace bench {
namespace {

using namespace keratin;

/// Counts what it adds to a network.
struct Builder {
    Network network;
    int64_t side, channels;

    Builder(const char* name, int64_t image_side, int64_t image_channels, int64_t classes)
        : network{Sequential(LayerOptions{.name = name}), image_side, image_channels, classes},
          side(image_side),
          channels(image_channels) {}

    void count(double flops) {
        if (network.forward == 0) network.first = flops;
        network.forward += flops;
    }
    /// A convolution with padding "same"; `groups` divides what an output pixel adds up.
    void count_conv(int64_t kernel, int64_t filters, int64_t stride = 1, int64_t groups = 1) {
        side = (side + stride - 1) / stride;
        count(2.0 * static_cast<double>(side * side * kernel * kernel * (channels / groups) * filters));
        channels = filters;
    }
    void count_dense(int64_t in, int64_t out) { count(2.0 * static_cast<double>(in * out)); }

    void conv_relu(int64_t filters) {
        network.model.add(
            layers::Conv2D(filters, {.kernel_size = 3, .padding = "same", .activation = "relu"}));
        count_conv(3, filters);
    }
    void conv_norm_relu(int64_t kernel, int64_t filters, int64_t stride = 1, int64_t groups = 1) {
        network.model.add(layers::Conv2D(filters, {.kernel_size = kernel,
                                                   .strides = stride,
                                                   .padding = "same",
                                                   .groups = groups,
                                                   .use_bias = false}));
        network.model.add(layers::BatchNormalization());
        network.model.add(layers::ReLU());
        count_conv(kernel, filters, stride, groups);
    }
    void pool() {
        network.model.add(layers::MaxPooling2D(2));
        side /= 2;
    }
    void average_and_classify() {
        network.model.add(layers::GlobalAveragePooling2D());
        network.model.add(layers::Dense(network.classes, {.activation = "softmax"}));
        count_dense(channels, network.classes);
    }
};

layers::Conv2D plain_conv(int64_t kernel, int64_t filters, int64_t stride) {
    return layers::Conv2D(filters,
                          {.kernel_size = kernel, .strides = stride, .padding = "same", .use_bias = false});
}

/// Two convolutions beside a shortcut, which is a 1x1 convolution where the shape changes.
struct ResidualBlock : Layer {
    layers::Conv2D first, second, shortcut;
    layers::BatchNormalization first_norm, second_norm, shortcut_norm;
    bool projects;

    ResidualBlock(int64_t filters, int64_t stride, bool projection)
        : first(plain_conv(3, filters, stride)),
          second(plain_conv(3, filters, 1)),
          shortcut(plain_conv(1, filters, stride)),
          projects(projection) {}

    Tensor call(const Tensor& x) override {
        const Tensor h = second_norm(second(nn::relu(first_norm(first(x)))));
        return nn::relu(h + (projects ? shortcut_norm(shortcut(x)) : x));
    }
};

}  // namespace

Network lenet5(bool modern) {
    Builder b("lenet5", 28, 1, 10);
    b.network.model = models::lenet5({.modern = modern});
    b.count_conv(5, 6);
    b.count(2.0 * 10 * 10 * 5 * 5 * 6 * 16);
    b.count_dense(400, 120);
    b.count_dense(120, 84);
    b.count_dense(84, 10);
    return b.network;
}

Network vgg() {
    Builder b("vgg", 32, 3, 10);
    for (const int64_t filters : {64, 128, 256}) {
        b.conv_relu(filters);
        b.conv_relu(filters);
        b.pool();
    }
    const int64_t features = b.side * b.side * b.channels;
    b.network.model.add(layers::Flatten());
    b.network.model.add(layers::Dense(256, {.activation = "relu"}));
    b.network.model.add(layers::Dense(10, {.activation = "softmax"}));
    b.count_dense(features, 256);
    b.count_dense(256, 10);
    return b.network;
}

Network resnet20() {
    Builder b("resnet20", 32, 3, 10);
    b.conv_norm_relu(3, 16);
    for (const int64_t filters : {16, 32, 64})
        for (int i = 0; i < 3; ++i) {
            const bool projects = i == 0 && filters > 16;
            const int64_t stride = projects ? 2 : 1;
            if (projects) {
                const int64_t out = b.side / 2;
                b.count(2.0 * static_cast<double>(out * out * b.channels * filters));
            }
            b.network.model.add(ResidualBlock(filters, stride, projects));
            b.count_conv(3, filters, stride);
            b.count_conv(3, filters);
        }
    b.average_and_classify();
    return b.network;
}

Network mobilenet() {
    struct Block {
        int64_t filters, stride;
    };
    Builder b("mobilenet", 32, 3, 10);
    b.conv_norm_relu(3, 32);
    for (const Block block :
         {Block{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1}}) {
        b.conv_norm_relu(3, b.channels, block.stride, b.channels);
        b.conv_norm_relu(1, block.filters);
    }
    b.average_and_classify();
    return b.network;
}

}  // namespace bench
