#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

#include <optional>

namespace keratin::layers {

/// Arguments of AveragePooling1D, in Keras's order and with Keras's defaults.
struct AveragePooling1DOptions {
    std::optional<Size1> strides = {};  ///< step of the window; the pool size when not given
    Padding padding = "valid";          ///< "valid", "same" (padding does not count)
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "average_pooling1d", "average_pooling1d_1", ... when not given
};

/// The mean of each window of steps, channel by channel (keras.layers.AveragePooling1D).
///
/// Input (batch, steps, channels), output (batch, out_steps, channels), where out_steps is
/// floor((in - pool) / stride) + 1 for "valid" and ceil(in / stride) for "same".
/// Throws ShapeError when the input is not of rank 3 or the window does not fit.
///
///     layers::AveragePooling1D(2)(x).shape();   // (1, 28, 6) -> (1, 14, 6)
class KERATIN_EXPORT AveragePooling1D : public Layer {
public:
    explicit AveragePooling1D(Size1 pool_size = 2, AveragePooling1DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "AveragePooling1D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    Size1 pool_size;
    AveragePooling1DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
