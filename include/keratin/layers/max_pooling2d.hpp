#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

#include <optional>

namespace keratin::layers {

/// Arguments of MaxPooling2D, in Keras's order and with Keras's defaults.
struct MaxPooling2DOptions {
    std::optional<Size2> strides = {};  ///< step of the window in pixels; the pool size when not given
    Padding padding = "valid";          ///< "valid", "same" (padding counts as -infinity)
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "max_pooling2d", "max_pooling2d_1", ... when not given
};

/// The largest value of each window, channel by channel (keras.layers.MaxPooling2D).
///
/// Input (batch, height, width, channels), output (batch, out_height, out_width, channels), where a side is
/// floor((in - pool) / stride) + 1 for "valid" and ceil(in / stride) for "same".
/// The gradient of a window goes to its first maximum in row-major order, as in TensorFlow.
/// Throws ShapeError when the input is not of rank 4 or the window does not fit.
///
///     layers::MaxPooling2D(2)(x).shape();   // (1, 28, 28, 6) -> (1, 14, 14, 6)
class KERATIN_EXPORT MaxPooling2D : public Layer {
public:
    explicit MaxPooling2D(Size2 pool_size = 2, MaxPooling2DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "MaxPooling2D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    Size2 pool_size;
    MaxPooling2DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
