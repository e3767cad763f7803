#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/activation_function.hpp>

namespace keratin::layers {

/// Arguments of Conv1D, in Keras's order and with Keras's defaults.
struct Conv1DOptions {
    Size1 kernel_size;            ///< steps; must be given
    Size1 strides = 1;            ///< step of the window
    Padding1D padding = "valid";  ///< "valid", "same" or "causal": no output sees a later step
    Size1 dilation_rate = 1;      ///< distance of the kernel's taps; above 1 only with strides 1
    int64_t groups = 1;           ///< divides the input's channels and the filters
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
    std::string name = {};  ///< "conv1d", "conv1d_1", ... when not given
};

/// Cross-correlation of sequences with `filters` kernels, plus bias, through an activation
/// (keras.layers.Conv1D).
///
/// Input (batch, steps, channels), output (batch, out_steps, filters), where out_steps is
/// floor((in - (kernel - 1) * dilation - 1) / stride) + 1 for "valid" and ceil(in / stride) for the others.
/// Throws ValueError for arguments that do not go together, ShapeError for inputs that do not fit.
///
///     layers::Conv1D(4, {.kernel_size = 5, .padding = "causal"})(x);  // (1, 32, 3) -> (1, 32, 4)
class KERATIN_EXPORT Conv1D : public Layer {
public:
    Conv1D(int64_t filters, Conv1DOptions options);

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Conv1D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t filters;
    Conv1DOptions options;
    Variable kernel;  ///< (kernel_steps, channels / groups, filters); empty until built
    Variable bias;    ///< (filters); empty until built, and without use_bias

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;
};

}  // namespace keratin::layers
