#include <keratin/models/vgg.hpp>

#include "models/application.hpp"

#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/max_pooling2d.hpp>

namespace keratin::models {
namespace {

struct Block {
    int64_t filters;
    int convolutions;
};

constexpr Block blocks[] = {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};

}  // namespace

Model vgg16(const ApplicationOptions& options) {
    const KerasTensor input = application_input("vgg16", options, 224, 32);
    KerasTensor x = input;
    int number = 0;
    for (const Block& block : blocks) {
        const std::string name = fmt::format("block{}_", ++number);
        for (int i = 1; i <= block.convolutions; ++i)
            x = layers::Conv2D(block.filters, {.kernel_size = 3,
                                               .padding = "same",
                                               .activation = "relu",
                                               .name = name + fmt::format("conv{}", i)})(x);
        x = layers::MaxPooling2D(2, {.strides = 2, .name = name + "pool"})(x);
    }
    if (!options.include_top) return finished(input, features(x, options, {}), options, "vgg16");
    x = layers::Flatten({.name = "flatten"})(x);
    x = layers::Dense(4096, {.activation = "relu", .name = "fc1"})(x);
    x = layers::Dense(4096, {.activation = "relu", .name = "fc2"})(x);
    x = layers::Dense(options.classes,
                      {.activation = options.classifier_activation, .name = "predictions"})(x);
    return finished(input, x, options, "vgg16");
}

}  // namespace keratin::models
