#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

#include <optional>

namespace keratin::layers {

/// Arguments of Conv2DTranspose, in Keras's order and with Keras's defaults.
struct Conv2DTransposeOptions {
    Size2 kernel_size;                         ///< pixels; must be given
    Size2 strides = 1;                         ///< how far apart the inputs stand in the output, in pixels
    Padding padding = "valid";                 ///< "valid" or "same"
    std::optional<Size2> output_padding = {};  ///< pixels more at the far end; below the strides
    Size2 dilation_rate = 1;                   ///< distance of the kernel's taps; above 1 only with strides 1
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
    std::string name = {};  ///< "conv2d_transpose", "conv2d_transpose_1", ... when not given
};

/// The transposed convolution, plus bias, through an activation (keras.layers.Conv2DTranspose): the gradient
/// of Conv2D with respect to its input, for a kernel whose last axes are the other way round.
///
/// Input (batch, height, width, channels), output (batch, out_height, out_width, filters). With k = (kernel -
/// 1) * dilation + 1, a side is (in - 1) * stride + max(k, stride) for "valid" and in * stride for "same";
/// with output_padding it is (in - 1) * stride + k + output_padding and (in - 1) * stride + k % 2 +
/// output_padding. Throws ValueError for arguments that do not go together, ShapeError for inputs that do not
/// fit.
///
///     layers::Conv2DTranspose(4, {.kernel_size = 3, .strides = 2, .padding = "same"})(x);
///     // (1, 16, 16, 3) -> (1, 32, 32, 4)
class KERATIN_EXPORT Conv2DTranspose : public Layer {
public:
    Conv2DTranspose(int64_t filters, Conv2DTransposeOptions options);

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Conv2DTranspose"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t filters;
    Conv2DTransposeOptions options;
    Variable kernel;  ///< (kernel_height, kernel_width, filters, channels); empty until built
    Variable bias;    ///< (filters); empty until built, and without use_bias

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;
};

}  // namespace keratin::layers
