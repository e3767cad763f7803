#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

namespace keratin::layers {

/// Arguments of SeparableConv1D, in Keras's order and with Keras's defaults.
struct SeparableConv1DOptions {
    Size1 kernel_size;             ///< steps; must be given
    Size1 strides = 1;             ///< step of the window in steps
    Padding padding = "valid";     ///< "valid" or "same"
    Size1 dilation_rate = 1;       ///< distance of the kernel's taps
    int64_t depth_multiplier = 1;  ///< channels in between for each channel of the input
    ActivationFunction activation = {};
    bool use_bias = true;
    InitializerHandle depthwise_initializer = "glorot_uniform";
    InitializerHandle pointwise_initializer = "glorot_uniform";
    InitializerHandle bias_initializer = "zeros";
    RegularizerHandle depthwise_regularizer = {};
    RegularizerHandle pointwise_regularizer = {};
    RegularizerHandle bias_regularizer = {};
    RegularizerHandle activity_regularizer = {};
    ConstraintHandle depthwise_constraint = {};
    ConstraintHandle pointwise_constraint = {};
    ConstraintHandle bias_constraint = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "separable_conv1d", "separable_conv1d_1", ... when not given
};

/// Every channel by itself as in DepthwiseConv1D, then `filters` mixtures of the channels, plus bias, through
/// an activation (keras.layers.SeparableConv1D). Nothing stands between the two.
///
/// Input (batch, steps, channels), output (batch, out_steps, filters), where the number of steps is as in
/// Conv1D. Throws ValueError for arguments below 1, ShapeError for inputs that do not fit.
///
///     layers::SeparableConv1D(8, {.kernel_size = 3, .padding = "same"})(x);  // (1, 32, 3) -> (1, 32, 8)
class KERATIN_EXPORT SeparableConv1D : public Layer {
public:
    SeparableConv1D(int64_t filters, SeparableConv1DOptions options);

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "SeparableConv1D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t filters;
    SeparableConv1DOptions options;
    Variable depthwise_kernel;  ///< (kernel_steps, channels, depth_multiplier); empty until built
    Variable pointwise_kernel;  ///< (1, channels * depth_multiplier, filters); empty until built
    Variable bias;              ///< (filters); empty until built, and without use_bias

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;
};

}  // namespace keratin::layers
