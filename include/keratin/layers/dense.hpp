#pragma once

#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

namespace keratin::layers {

/// Arguments of Dense, in Keras's order and with Keras's defaults.
struct DenseOptions {
    ActivationFunction activation = {};
    bool use_bias = true;
    InitializerHandle kernel_initializer = "glorot_uniform";
    InitializerHandle bias_initializer = "zeros";
    RegularizerHandle kernel_regularizer = {};
    RegularizerHandle bias_regularizer = {};
    RegularizerHandle activity_regularizer = {};
    ConstraintHandle kernel_constraint = {};
    ConstraintHandle bias_constraint = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "dense", "dense_1", ... when not given
};

/// activation(x kernel + bias) over the last axis (keras.layers.Dense).
///
/// Input (batch, .., features), output (batch, .., units): of more than two axes all but the last are
/// samples. Throws ValueError for units below 1, ShapeError for inputs that do not fit.
///
///     layers::Dense(10, {.activation = "softmax"})(x);  // (64, 84) -> (64, 10)
class KERATIN_EXPORT Dense : public Layer {
public:
    explicit Dense(int64_t units, DenseOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Dense"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t units;
    DenseOptions options;
    Variable kernel;  ///< (features, units); empty until built
    Variable bias;    ///< (units); empty until built, and without use_bias

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;
};

}  // namespace keratin::layers
