#pragma once

#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

namespace keratin::layers {

/// Arguments of Activation, in Keras's order and with Keras's defaults.
struct ActivationOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "activation", "activation_1", ... when not given
};

/// An activation by itself (keras.layers.Activation): any shape, by name or by function.
///
///     layers::Activation("relu")(x);
class KERATIN_EXPORT Activation : public Layer {
public:
    explicit Activation(ActivationFunction activation, ActivationOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Activation"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    ActivationFunction activation;
    ActivationOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
