#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

namespace keratin::layers {

/// Arguments of DepthwiseConv2D, in Keras's order and with Keras's defaults.
struct DepthwiseConv2DOptions {
    Size2 kernel_size;             ///< pixels; must be given
    Size2 strides = 1;             ///< step of the window in pixels
    Padding padding = "valid";     ///< "valid" or "same"
    int64_t depth_multiplier = 1;  ///< output channels for each channel of the input
    Size2 dilation_rate = 1;       ///< distance of the kernel's taps
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
    std::string name = {};  ///< "depthwise_conv2d", "depthwise_conv2d_1", ... when not given
};

/// Cross-correlation of every channel by itself, plus bias, through an activation
/// (keras.layers.DepthwiseConv2D).
///
/// Input (batch, height, width, channels), output (batch, out_height, out_width, channels *
/// depth_multiplier), where output channel c * depth_multiplier + m is kernel m of channel c, and a side is
/// as in Conv2D.  Throws ValueError for arguments below 1, ShapeError for inputs that do not fit.
///
///     layers::DepthwiseConv2D({.kernel_size = 3, .padding = "same"})(x);  // (1, 32, 32, 3) -> (1, 32, 32,
///     3)
class KERATIN_EXPORT DepthwiseConv2D : public Layer {
public:
    explicit DepthwiseConv2D(DepthwiseConv2DOptions options);

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "DepthwiseConv2D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    DepthwiseConv2DOptions options;
    Variable kernel;  ///< (kernel_height, kernel_width, channels, depth_multiplier); empty until built
    Variable depthwise_kernel = kernel;  ///< the same variable, by the name that Keras 2 gave it
    Variable bias;  ///< (channels * depth_multiplier); empty until built, and without use_bias

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;
};

}  // namespace keratin::layers
