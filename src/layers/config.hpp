#pragma once

#include "core/config_reader.hpp"

#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

#include <string>

namespace keratin {

/// A policy as Keras writes it.
Config dtype_config(const DTypePolicy& policy);

/// A name; throws ValueError naming the layer for a function without one.
Config activation_config(const ActivationFunction& activation, const Layer& layer);

/// A number of steps, or a list of one.
Size1 as_size1(const Config& node);

/// The node of an initializer, a regularizer or a constraint; null for none.
template <class Base>
Config node_of(const Handle<Base>& handle) {
    return handle ? handle->serialize() : Config();
}

/// The arguments every layer has, out of its own options.
template <class Options>
LayerOptions layer_options(const Options& options) {
    return {.activity_regularizer = options.activity_regularizer,
            .trainable = options.trainable,
            .dtype = options.dtype,
            .name = options.name};
}

/// Reads a layer's config.
class LayerReader : public ConfigReader {
public:
    LayerReader(const Config& config, const char* class_name);

    /// Options holding name, trainable, dtype and activity_regularizer, the rest as by default.
    template <class Options>
    Options options() {
        return with_base(Options{});
    }
    /// The same on options that cannot be made without arguments.
    template <class Options>
    Options with_base(Options options) {
        options.name = text("name", {});
        options.trainable = flag("trainable", true);
        options.dtype = policy();
        options.activity_regularizer = handle<regularizers::Regularizer>("activity_regularizer");
        return options;
    }

    DType dtype(const char* key, DType otherwise);
    DTypePolicy policy(const char* key = "dtype");  ///< a name, or a node of one; this thread's when absent
    Size2 size(const char* key, Size2 otherwise);
    Size1 steps(const char* key, Size1 otherwise);  ///< a number, or a list of one
    Padding padding(const char* key = "padding");
    Padding1D padding1d(const char* key = "padding");
    ActivationFunction activation(const char* key = "activation");
    /// "channels_last", or nothing.
    void data_format();

    template <class Base>
    Handle<Base> handle(const char* key) {
        const Config* node = find(key);
        return node ? at(key, [&] { return Handle<Base>(Base::from_config(*node)); }) : Handle<Base>();
    }
    InitializerHandle initializer(const char* key, const char* otherwise) {
        const Config* node = find(key);
        return node ? handle<initializers::Initializer>(key) : InitializerHandle(otherwise);
    }
    RegularizerHandle regularizer(const char* key) { return handle<regularizers::Regularizer>(key); }
    ConstraintHandle constraint(const char* key) { return handle<constraints::Constraint>(key); }
};

}  // namespace keratin
