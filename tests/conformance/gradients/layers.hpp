#pragma once

#include "conformance/gradients/sweep.hpp"
#include "support/variable_gradients.hpp"

#include <keratin/layers.hpp>
#include <keratin/models/sequential.hpp>

#include <set>

namespace conformance {

namespace layers = keratin::layers;
using keratin::float64;

/// Gradient checks of layers on sampled configurations: of the output with respect to the input and all
/// trainable variables, and of those gradients.
class LayerSweep {
public:
    explicit LayerSweep(Sweep& sweep) : sweep_(sweep) {}

    /// `restart` makes the layer repeat itself (dropout's random numbers).
    void check(const keratin::Layer& layer, const Tensor& x, bool training = false,
               const std::function<void()>& restart = {}) {
        covered_.insert(layer.class_name());
        check_chain(layer, x, training, restart);
    }
    /// A model, whose layers may run as one.
    void check_chain(const keratin::Layer& layer, const Tensor& x, bool training,
                     const std::function<void()>& restart = {}) {
        const Variable input(x, {.name = "input"});
        layer(x);
        std::vector<Variable> variables = layer.trainable_variables();
        for (const Variable& variable : variables) variable.assign(sweep_.values(variable.shape(), -1, 1));
        variables.push_back(input);
        const auto output = [&] {
            if (restart) restart();
            return layer(input, {.training = training});
        };
        {
            keratin::GradientTape tape;
            const Tensor y = output();
            for (const Tensor& gradient : tape.gradient(y, variables)) REQUIRE(gradient.defined());
        }
        INFO(layer << " of " << x.shape());
        sweep_.count(layer.class_name(), check_variables(output, variables),
                     check_variables_twice([&] { return keratin::square(output()); }, variables));
    }

    /// Every class that was checked.
    const std::set<std::string>& covered() const { return covered_; }

private:
    Sweep& sweep_;
    std::set<std::string> covered_;
};

inline keratin::ActivationFunction sample_activation(Sweep& sweep) {
    return sweep.random.one_of<keratin::ActivationFunction>(
        {"linear", "relu", "tanh", "sigmoid", "softplus"});
}

inline void sweep_conv2d_layers(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 14; ++i) {
        const int64_t groups = sweep.random.one_of<int64_t>({1, 1, 2});
        const bool dilated = i % 4 == 3;
        const layers::Conv2D layer(
            groups * sweep.random.between(1, 2),
            {.kernel_size = sweep.random.one_of<keratin::Size2>({1, 2, {1, 2}}),
             .strides = dilated ? keratin::Size2(1) : sweep.random.one_of<keratin::Size2>({1, 2, {2, 1}}),
             .padding = sweep.random.one_of<keratin::Padding>({"valid", "same"}),
             .dilation_rate = dilated ? 2 : 1,
             .groups = groups,
             .activation = sample_activation(sweep),
             .use_bias = sweep.coin(),
             .dtype = float64});
        const Shape input{sweep.random.between(1, 2), sweep.random.between(3, 4), 3, groups};
        check.check(layer, sweep.values(input, -1, 1));
    }
}

inline void sweep_dense_layers(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 8; ++i) {
        const layers::Dense layer(
            sweep.random.between(1, 3),
            {.activation = sample_activation(sweep), .use_bias = sweep.coin(), .dtype = float64});
        const Shape features{sweep.random.between(1, 3)};
        check.check(layer, sweep.values((i % 2 == 0 ? Shape{3} : Shape{2, 2}) + features));
    }
}

inline void sweep_normalization_layers(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 8; ++i) {
        const layers::BatchNormalization layer({.axis = i % 4 == 3 ? 1 : -1,
                                                .epsilon = 0.01,
                                                .center = i % 3 != 1,
                                                .scale = i % 3 != 2,
                                                .dtype = float64});
        const Shape input = i % 2 == 0 ? Shape{4, 3} : Shape{2, 2, 2, 3};
        check.check(layer, sweep.distinct(input, 2), i < 5);
    }
    for (int i = 0; i < 4; ++i) {
        const layers::Dropout layer(
            0.3, {.noise_shape = i == 3 ? std::optional(Shape{Shape::unknown, 1}) : std::nullopt,
                  .seed = 5,
                  .dtype = float64});
        const auto restart = [&] { layer.seed_generator.set_state({5, static_cast<uint64_t>(i)}); };
        check.check(layer, sweep.values({3, 4}), i > 0, restart);
    }
}

inline void sweep_pooling_layers(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 5; ++i) {
        const keratin::Size2 pool = sweep.random.one_of<keratin::Size2>({1, 2, {2, 1}, 3});
        const auto strides =
            i % 2 == 0 ? std::nullopt : std::optional<keratin::Size2>(sweep.random.between(1, 2));
        const auto padding = sweep.random.one_of<keratin::Padding>({"valid", "same"});
        const Tensor x = sweep.distinct({1, sweep.random.between(3, 5), 4, 2}, 2);
        check.check(layers::MaxPooling2D(pool, {.strides = strides, .padding = padding, .dtype = float64}),
                    x);
        check.check(
            layers::AveragePooling2D(pool, {.strides = strides, .padding = padding, .dtype = float64}), x);
        check.check(layers::GlobalMaxPooling2D({.keepdims = sweep.coin(), .dtype = float64}), x);
        check.check(layers::GlobalAveragePooling2D({.keepdims = sweep.coin(), .dtype = float64}), x);
    }
}

inline void sweep_activation_layers(Sweep& sweep, LayerSweep& check) {
    for (const std::string_view name : keratin::ActivationFunction::names)
        if (name != "custom")
            check.check(layers::Activation(keratin::activation(name), {.dtype = float64}),
                        sweep.values({2, 3}, -4, 4));
    check.check(layers::Activation([](const Tensor& x) { return keratin::sin(x); }, {.dtype = float64}),
                sweep.values({2, 3}));
    for (int i = 0; i < 4; ++i) {
        const Tensor x = sweep.values({2, 2, 3}, -4, 4);
        check.check(layers::ReLU({.max_value = i == 1 ? std::optional(1.5) : std::nullopt,
                                  .negative_slope = i == 2 ? 0.1 : 0.0,
                                  .threshold = i == 3 ? 0.5 : 0.0,
                                  .dtype = float64}),
                    x);
        check.check(layers::LeakyReLU({.negative_slope = 0.1 * i, .dtype = float64}), x);
        check.check(layers::Softmax(i - 1, {.dtype = float64}), x);
    }
}

inline void sweep_shaping_layers(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 3; ++i) {
        const Tensor x = sweep.values({2, sweep.random.between(1, 3), 2, 1});
        check.check(layers::Flatten({.dtype = float64}), x);
        check.check(layers::Reshape({Shape::unknown, 2}, {.dtype = float64}), x);
        check.check(layers::Rescaling(2.5 - i, {.offset = 0.5 * i, .dtype = float64}), x);
        check.check(layers::ZeroPadding2D({0, i}, {1, 0}, {.dtype = float64}), x);
        check.check(layers::Identity({.dtype = float64}), x);
        check.check(layers::InputLayer(x.shape().slice(1, 4), {.dtype = float64}), x);
    }
}

inline void sweep_chains(Sweep& sweep, LayerSweep& check) {
    for (int i = 0; i < 8; ++i) {
        keratin::Sequential model(keratin::LayerOptions{.dtype = float64});
        model.add(
            layers::Conv2D(2, {.kernel_size = 2,
                               .padding = i % 2 == 0 ? keratin::Padding("same") : keratin::Padding("valid"),
                               .activation = keratin::activation(i % 4 < 2 ? "linear" : "relu"),
                               .dtype = float64}));
        if (i >= 4) {
            model.add(layers::BatchNormalization({.epsilon = 0.01, .dtype = float64}));
            model.add(layers::ReLU({.dtype = float64}));
        }
        model.add(layers::MaxPooling2D(2, {.dtype = float64}));
        check.check_chain(model, sweep.distinct({2, 4, sweep.random.between(3, 5), 1}, 2), i != 5);
    }
}

/// Returns the classes that were checked.
inline std::set<std::string> sweep_layers(Sweep& sweep) {
    LayerSweep check(sweep);
    sweep_conv2d_layers(sweep, check);
    sweep_dense_layers(sweep, check);
    sweep_normalization_layers(sweep, check);
    sweep_pooling_layers(sweep, check);
    sweep_activation_layers(sweep, check);
    sweep_shaping_layers(sweep, check);
    sweep_chains(sweep, check);
    return check.covered();
}

}  // namespace conformance
