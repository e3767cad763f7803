#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

#include <optional>

namespace keratin::layers {

/// Arguments of MaxPooling1D, in Keras's order and with Keras's defaults.
struct MaxPooling1DOptions {
    std::optional<Size1> strides = {};  ///< step of the window; the pool size when not given
    Padding padding = "valid";          ///< "valid", "same" (padding counts as -infinity)
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "max_pooling1d", "max_pooling1d_1", ... when not given
};

/// The largest value of each window of steps, channel by channel (keras.layers.MaxPooling1D).
///
/// Input (batch, steps, channels), output (batch, out_steps, channels), where out_steps is
/// floor((in - pool) / stride) + 1 for "valid" and ceil(in / stride) for "same".
/// The gradient of a window goes to its first maximum, as in TensorFlow.
/// Throws ShapeError when the input is not of rank 3 or the window does not fit.
///
///     layers::MaxPooling1D(2)(x).shape();   // (1, 28, 6) -> (1, 14, 6)
class KERATIN_EXPORT MaxPooling1D : public Layer {
public:
    explicit MaxPooling1D(Size1 pool_size = 2, MaxPooling1DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "MaxPooling1D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    Size1 pool_size;
    MaxPooling1DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
