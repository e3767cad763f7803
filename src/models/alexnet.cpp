#include <keratin/models/alexnet.hpp>

#include "models/application.hpp"

#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/dropout.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/max_pooling2d.hpp>

namespace keratin::models {
namespace {

struct Stage {
    int64_t filters, kernel, strides;
    Padding padding;
    bool pooled;
};

constexpr Stage stages[] = {{96, 11, 4, "valid", true},
                            {256, 5, 1, "same", true},
                            {384, 3, 1, "same", false},
                            {384, 3, 1, "same", false},
                            {256, 3, 1, "same", true}};

}  // namespace

Model alexnet(const ApplicationOptions& options) {
    const KerasTensor input = application_input("alexnet", options, 227, 67);
    KerasTensor x = input;
    int number = 0;
    for (const Stage& stage : stages) {
        ++number;
        x = layers::Conv2D(stage.filters, {.kernel_size = stage.kernel,
                                           .strides = stage.strides,
                                           .padding = stage.padding,
                                           .activation = "relu",
                                           .name = fmt::format("conv{}", number)})(x);
        if (stage.pooled)
            x = layers::MaxPooling2D(3, {.strides = 2, .name = fmt::format("pool{}", number)})(x);
    }
    if (!options.include_top) return finished(input, features(x, options, {}), options, "alexnet");
    x = layers::Flatten({.name = "flatten"})(x);
    for (const char* suffix : {"6", "7"}) {
        x = layers::Dense(4096, {.activation = "relu", .name = std::string("fc") + suffix})(x);
        x = layers::Dropout(0.5, {.name = std::string("dropout") + suffix})(x);
    }
    x = layers::Dense(options.classes,
                      {.activation = options.classifier_activation, .name = "predictions"})(x);
    return finished(input, x, options, "alexnet");
}

}  // namespace keratin::models
