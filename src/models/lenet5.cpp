#include <keratin/layers/average_pooling2d.hpp>
#include <keratin/layers/conv2d.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/max_pooling2d.hpp>
#include <keratin/models/lenet5.hpp>

namespace keratin::models {

Sequential lenet5(const LeNet5Options& options) {
    const ActivationFunction squash =
        options.modern ? ActivationFunction("relu") : ActivationFunction("tanh");
    // He's initialization keeps the variance through relu, Glorot's through tanh.
    const InitializerHandle start = options.modern ? "he_normal" : "glorot_uniform";
    Sequential model(LayerOptions{.name = options.name});
    const auto add_pooling = [&] {
        if (options.modern)
            model.add(layers::MaxPooling2D(2));
        else
            model.add(layers::AveragePooling2D(2));
    };
    model.add(layers::Conv2D(
        6, {.kernel_size = 5, .padding = "same", .activation = squash, .kernel_initializer = start}));
    add_pooling();
    model.add(layers::Conv2D(16, {.kernel_size = 5, .activation = squash, .kernel_initializer = start}));
    add_pooling();
    model.add(layers::Flatten());
    model.add(layers::Dense(120, {.activation = squash, .kernel_initializer = start}));
    model.add(layers::Dense(84, {.activation = squash, .kernel_initializer = start}));
    model.add(layers::Dense(options.classes, {.activation = "softmax"}));
    return model;
}

}  // namespace keratin::models
