#pragma once

#include "support/catch.hpp"
#include "support/numbers.hpp"

#include <keratin/autograd/check_gradients.hpp>
#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>
#include <keratin/layers/dense.hpp>
#include <keratin/layers/flatten.hpp>
#include <keratin/layers/registry.hpp>
#include <keratin/models/sequential.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/reduce.hpp>
#include <keratin/optimizers.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What every layer must do (as Keras's run_layer_test): names, configs, copies, variables, shapes,
/// gradients, training. What is special about one stands in its own test.
namespace conformance {

using keratin::Config;
using keratin::Layer;
using keratin::Shape;
using keratin::Tensor;
using keratin::Variable;
using LayerPointer = std::shared_ptr<Layer>;

struct Weight {
    std::string name;
    Shape shape;
    bool trainable = true;
    std::optional<keratin::DType> dtype = {};  ///< the layer's when not given
};

/// What is expected of one layer.
struct Facts {
    std::string default_name;
    Shape input;  ///< with the batch
    Shape output;
    std::vector<Weight> weights = {};                         ///< in order
    std::optional<keratin::DType> output_dtype = {};          ///< the layer's when not given
    bool training_differs = false;                            ///< calls that train give something else
    std::function<void(Layer&)> before_call = [](Layer&) {};  ///< makes a random layer repeat itself
};

inline bool same(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && a.dtype() == b.dtype() && numbers::of(a) == numbers::of(b);
}

/// The layer of the same config but for one member, not built.
inline LayerPointer with(const Layer& layer, const char* key, const Config& value) {
    Config node = keratin::serialize(layer);
    Config config = node["config"];
    config.set(key, value);
    node.set("config", config);
    return keratin::layer_from_config(node);
}

/// Numbers that no initializer gives; variances stay positive.
inline void fill(const Layer& layer) {
    unsigned seed = 10;
    for (const Variable& variable : layer.variables()) {
        const Tensor numbers = numbers::distinct(variable.shape(), ++seed, 0.5, variable.dtype());
        variable.assign(variable.trainable() ? numbers : numbers + 1);
    }
}

inline void check_names(const std::function<LayerPointer()>& make, const Facts& facts) {
    keratin::clear_session();
    const LayerPointer first = make(), second = make();
    CHECK(first->name() == facts.default_name);
    CHECK(second->name() == facts.default_name + "_1");
    CHECK(keratin::to_snake_case(first->class_name()) == facts.default_name);
    CHECK(fmt::format("{}", *first) ==
          fmt::format("<{} name={}, built=False>", first->class_name(), facts.default_name));
    CHECK(with(*first, "name", "another")->name() == "another");
}

inline void check_config(Layer& layer, const Facts& facts) {
    const Config config = layer.get_config();
    const Config node = keratin::serialize(layer);
    INFO(node.to_json());
    CHECK(node["class_name"] == Config(layer.class_name()));
    CHECK(node["config"] == config);
    CHECK(node.find("build_config") == nullptr);
    for (const Config& read : {node, Config::from_json(node.to_json())}) {
        const LayerPointer again = keratin::layer_from_config(read);
        const Layer& made = *again;
        CHECK(typeid(made) == typeid(layer));
        CHECK(again->get_config().to_json() == config.to_json());
        CHECK_FALSE(again->built());
    }
    const LayerPointer built = layer.clone();
    built->build(facts.input);
    if (layer.class_name() != "InputLayer")  // which holds its shape itself
        CHECK(keratin::serialize(*built)["build_config"]["input_shape"].as_shape() == facts.input);
}

inline void check_variables(const LayerPointer& layer, const Facts& facts) {
    CHECK(layer->variables().empty());
    layer->build(facts.input);
    CHECK(layer->built());
    const std::vector<Variable> variables = layer->variables();
    REQUIRE(variables.size() == facts.weights.size());
    size_t trainable = 0;
    int64_t parameters = 0;
    for (size_t i = 0; i < variables.size(); ++i) {
        const Weight& expected = facts.weights[i];
        INFO(expected.name);
        CHECK(variables[i].name() == expected.name);
        CHECK(variables[i].path() == layer->name() + "/" + expected.name);
        CHECK(variables[i].shape() == expected.shape);
        CHECK(variables[i].dtype() == expected.dtype.value_or(layer->dtype()));
        CHECK(variables[i].trainable() == expected.trainable);
        trainable += expected.trainable;
        parameters += expected.shape.size();
    }
    CHECK(layer->trainable_variables().size() == trainable);
    CHECK(layer->non_trainable_variables().size() == variables.size() - trainable);
    CHECK(layer->count_params() == parameters);
}

/// Weights come back as they were given, into a clone as well, which shares nothing.
inline void check_weights(const LayerPointer& layer, const Facts& facts) {
    layer->build(facts.input);
    fill(*layer);
    const std::vector<Tensor> weights = layer->get_weights();
    REQUIRE(weights.size() == facts.weights.size());
    const LayerPointer clone = layer->clone();
    CHECK(clone->name() == layer->name());
    CHECK_FALSE(clone->built());
    clone->build(facts.input);
    for (size_t i = 0; i < weights.size(); ++i) {
        CHECK_FALSE(clone->variables()[i].same_as(layer->variables()[i]));
        CHECK_FALSE(same(clone->get_weights()[i], weights[i]));
    }
    clone->set_weights(weights);
    for (size_t i = 0; i < weights.size(); ++i) CHECK(same(clone->get_weights()[i], weights[i]));
    for (const Variable& variable : clone->variables()) variable.assign(zeros_like(variable.value()));
    for (size_t i = 0; i < weights.size(); ++i) CHECK(same(layer->get_weights()[i], weights[i]));
    clone->trainable = !layer->trainable;
    CHECK(layer->trainable != clone->trainable);
}

/// The shape worked out beforehand is the one that comes, for a known, an unknown and an empty batch, and in
/// both dtypes.
inline void check_shapes(const Layer& original, const Facts& facts) {
    const Shape any_batch = facts.input.with(0, Shape::unknown);
    const Shape any_output = facts.output.with(0, Shape::unknown);
    const Shape no_samples = facts.input.with(0, 0);
    for (const keratin::DType dtype : {keratin::float32, keratin::float64}) {
        const LayerPointer layer = with(original, "dtype", name(dtype));
        CHECK(layer->dtype() == dtype);
        for (const bool built : {false, true}) {
            INFO((built ? "built" : "not built"));
            if (built) layer->build(any_batch);
            CHECK(layer->compute_output_shape(facts.input) == facts.output);
            CHECK(layer->compute_output_shape(any_batch) == any_output);
            CHECK(layer->compute_output_shape(no_samples) == facts.output.with(0, 0));
        }
        const auto check_output = [&](const Tensor& x) {
            const Tensor y = (*layer)(x);
            CHECK(y.shape() == layer->compute_output_shape(x.shape()));
            CHECK(y.dtype() == facts.output_dtype.value_or(dtype));
            CHECK(y.dtype() == layer->compute_output_dtype({x.dtype()}));
        };
        check_output(numbers::distinct(facts.input, 1, 1.0, keratin::float32));
        check_output(numbers::distinct(facts.input, 1, 1.0, keratin::float64));
        check_output(keratin::zeros(no_samples, dtype));
    }
}

/// Where the tape's gradient with respect to a variable is not the central difference; empty where it is.
inline std::string wrong_gradient(const std::function<Tensor()>& loss, const Variable& variable) {
    constexpr double eps = 1e-6;
    keratin::GradientTape tape;
    const Tensor gradient = tape.gradient(loss(), variable);
    if (!gradient.defined()) return "no gradient";
    const Tensor value = variable.value();
    for (size_t i = 0; i < static_cast<size_t>(value.size()); ++i) {
        const auto moved = [&](double step) {
            Tensor other = value;
            other.mutable_data<double>()[i] += step;
            variable.assign(other);
            return loss().item<double>();
        };
        const double expected = (moved(eps) - moved(-eps)) / (2 * eps);
        const double got = gradient.data<double>()[i];
        variable.assign(value);
        if (!(std::abs(got - expected) <= 1e-6 + 1e-4 * std::abs(expected)))
            return fmt::format("element {}: gradient {}, central difference {}", i, got, expected);
    }
    return "";
}

inline void check_gradients(const Layer& original, const Facts& facts) {
    const LayerPointer layer = with(original, "dtype", "float64");
    layer->build(facts.input);
    fill(*layer);
    const Tensor x = numbers::distinct(facts.input, 2);
    const Tensor factors = numbers::distinct(facts.output, 3);
    const auto output = [&](const Tensor& input, bool training) {
        facts.before_call(*layer);
        return (*layer)(input, {.training = training});
    };
    CHECK(same(output(x, true), output(x, false)) == !facts.training_differs);
    for (const bool training : {false, true}) {
        if (training && !facts.training_differs) continue;
        INFO((training ? "training" : "inference"));
        const keratin::GradientCheck check =
            keratin::check_gradients([&](const Tensor& input) { return output(input, training); }, {x});
        INFO(check.message);
        CHECK(check.passed);
        for (const Variable& variable : layer->trainable_variables()) {
            INFO(variable.path());
            CHECK(wrong_gradient([&] { return reduce_sum(output(x, training) * factors); }, variable) == "");
        }
    }
}

/// A model with the layer in it learns, its variables move, those that are not trainable only where training
/// differs; frozen all stay.
inline void check_training(const Layer& original, const Facts& facts) {
    for (const bool trainable : {true, false}) {
        INFO((trainable ? "trainable" : "frozen"));
        const LayerPointer layer = with(original, "trainable", trainable);
        keratin::Sequential model;
        model.add(layer);
        model.add(keratin::layers::Flatten({.name = "rows"}));
        model.add(keratin::layers::Dense(2, {.name = "head"}));
        model.compile({.optimizer = keratin::optimizers::SGD({.learning_rate = 0.01}), .loss = "mse"});
        model.build(facts.input);
        fill(*layer);
        const auto learns = [](const Weight& weight) { return weight.trainable; };
        CHECK(layer->trainable_variables().empty() ==
              (!trainable || std::none_of(facts.weights.begin(), facts.weights.end(), learns)));
        const std::vector<Tensor> before = layer->get_weights();
        const Tensor x = numbers::distinct(facts.input, 4, 1.0, keratin::float32);
        const Tensor y = numbers::distinct({facts.input[0], 2}, 5, 1.0, keratin::float32);
        const double first = model.test_on_batch(x, y)["loss"];
        for (int step = 0; step < 20; ++step) model.train_on_batch(x, y);
        CHECK(model.test_on_batch(x, y)["loss"] < first);
        for (size_t i = 0; i < before.size(); ++i) {
            INFO(facts.weights[i].name);
            const bool moves = trainable && (facts.weights[i].trainable || facts.training_differs);
            CHECK(same(layer->get_weights()[i], before[i]) == !moves);
        }
    }
}

/// Copies made before and after the build, and by assignment, are the same layer.
template <class L>
void check_copies(const std::function<L()>& make, const Facts& facts) {
    const L layer = make();
    const L early = layer;
    const Tensor x = numbers::distinct(facts.input, 6, 1.0, keratin::float32);
    layer(x);
    const L late = layer;
    L assigned = make();
    assigned = layer;
    for (const L* copy : {&early, &late, static_cast<const L*>(&assigned)}) {
        CHECK(copy->built());
        CHECK(copy->name() == layer.name());
        REQUIRE(copy->variables().size() == layer.variables().size());
        for (size_t i = 0; i < layer.variables().size(); ++i)
            CHECK(copy->variables()[i].same_as(layer.variables()[i]));
    }
    fill(layer);
    CHECK(same(early(x), layer(x)));
    assigned.trainable = false;
    CHECK_FALSE(layer.trainable);
    CHECK(early.trainable_variables().empty());
}

/// What is left of the routine for layers without variables whose output has no gradient.
template <class L>
void check_encoder(const std::function<L()>& make, const Facts& facts) {
    const auto fresh = [&] { return LayerPointer(std::make_shared<L>(make())); };
    check_names(fresh, facts);
    check_config(*fresh(), facts);
    check_variables(fresh(), facts);
    check_shapes(*fresh(), facts);
    check_copies(make, facts);
}

template <class L>
void check_layer(const std::function<L()>& make, const Facts& facts) {
    const auto fresh = [&] { return LayerPointer(std::make_shared<L>(make())); };
    keratin::set_random_seed(1);
    check_names(fresh, facts);
    check_config(*fresh(), facts);
    check_variables(fresh(), facts);
    check_weights(fresh(), facts);
    check_shapes(*fresh(), facts);
    check_gradients(*fresh(), facts);
    check_training(*fresh(), facts);
    check_copies(make, facts);
}

}  // namespace conformance
