#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of GlobalAveragePooling2D, in Keras's order and with Keras's defaults.
struct GlobalAveragePooling2DOptions {
    bool keepdims = false;  ///< (batch, 1, 1, channels) instead
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "global_average_pooling2d", "global_average_pooling2d_1", ... when not given
};

/// The mean of every channel over the whole image (keras.layers.GlobalAveragePooling2D): (batch, height,
/// width, channels) -> (batch, channels). Throws ShapeError for another rank or an image without pixels.
class KERATIN_EXPORT GlobalAveragePooling2D : public Layer {
public:
    explicit GlobalAveragePooling2D(GlobalAveragePooling2DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "GlobalAveragePooling2D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    GlobalAveragePooling2DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
