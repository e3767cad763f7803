#pragma once

#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

#include <string>

namespace keratin::layers {

/// Arguments of EinsumDense, in Keras's order and with Keras's defaults.
struct EinsumDenseOptions {
    ActivationFunction activation = {};
    std::string bias_axes = {};  ///< letters of the result that the bias has; none, and there is no bias
    InitializerHandle kernel_initializer = "glorot_uniform";
    InitializerHandle bias_initializer = "zeros";
    RegularizerHandle kernel_regularizer = {};
    RegularizerHandle bias_regularizer = {};
    ConstraintHandle kernel_constraint = {};
    ConstraintHandle bias_constraint = {};
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "einsum_dense", "einsum_dense_1", ... when not given
};

/// activation(einsum(equation, x, kernel) + bias) (keras.layers.EinsumDense).
///
/// The equation is of the form "X,Y->Z", "...X,Y->...Z" or "X...,Y->Z...", where X names the input's axes,
/// the batch first, Y the kernel's and Z the output's. `output_shape` gives Z's extents without the batch and
/// without what the ellipsis stands for; those of the input's may be Shape::unknown.
/// Throws ValueError for an equation of another form, ShapeError for inputs that do not fit it.
///
///     layers::EinsumDense("abc,cd->abd", {Shape::unknown, 64}, {.bias_axes = "d"})(x);
///     // (8, 32, 128) -> (8, 32, 64)
class KERATIN_EXPORT EinsumDense : public Layer {
public:
    EinsumDense(std::string equation, Shape output_shape, EinsumDenseOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "EinsumDense"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    std::string equation;
    Shape output_shape;  ///< without the batch
    EinsumDenseOptions options;
    Variable kernel;  ///< what Y names; empty until built
    Variable
        bias;  ///< the axes of bias_axes, ones behind the first; empty until built, and without bias_axes

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;
};

}  // namespace keratin::layers
