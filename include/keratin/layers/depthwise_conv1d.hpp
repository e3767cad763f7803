#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

namespace keratin::layers {

/// Arguments of DepthwiseConv1D, in Keras's order and with Keras's defaults.
struct DepthwiseConv1DOptions {
    Size1 kernel_size;             ///< steps; must be given
    Size1 strides = 1;             ///< step of the window in steps
    Padding padding = "valid";     ///< "valid" or "same"
    int64_t depth_multiplier = 1;  ///< output channels for each channel of the input
    Size1 dilation_rate = 1;       ///< distance of the kernel's taps
    ActivationFunction activation = {};
    bool use_bias = true;
    InitializerHandle depthwise_initializer = "glorot_uniform";
    InitializerHandle bias_initializer = "zeros";
    RegularizerHandle depthwise_regularizer = {};
    RegularizerHandle bias_regularizer = {};
    RegularizerHandle activity_regularizer = {};
    ConstraintHandle depthwise_constraint = {};
    ConstraintHandle bias_constraint = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "depthwise_conv1d", "depthwise_conv1d_1", ... when not given
};

/// Cross-correlation of every channel by itself, plus bias, through an activation
/// (keras.layers.DepthwiseConv1D).
///
/// Input (batch, steps, channels), output (batch, out_steps, channels * depth_multiplier), where output
/// channel c * depth_multiplier + m is kernel m of channel c, and the number of steps is as in Conv1D. Throws
/// ValueError for arguments below 1, ShapeError for inputs that do not fit.
///
///     layers::DepthwiseConv1D({.kernel_size = 3, .padding = "same"})(x);  // (1, 32, 3) -> (1, 32, 3)
class KERATIN_EXPORT DepthwiseConv1D : public Layer {
public:
    explicit DepthwiseConv1D(DepthwiseConv1DOptions options);

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "DepthwiseConv1D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    DepthwiseConv1DOptions options;
    Variable kernel;                     ///< (kernel_steps, channels, depth_multiplier); empty until built
    Variable depthwise_kernel = kernel;  ///< the same variable, by the name that Keras 2 gave it
    Variable bias;  ///< (channels * depth_multiplier); empty until built, and without use_bias

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;
};

}  // namespace keratin::layers
