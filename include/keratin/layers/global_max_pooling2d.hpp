#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of GlobalMaxPooling2D, in Keras's order and with Keras's defaults.
struct GlobalMaxPooling2DOptions {
    bool keepdims = false;  ///< (batch, 1, 1, channels) instead
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "global_max_pooling2d", "global_max_pooling2d_1", ... when not given
};

/// The largest value of every channel over the whole image (keras.layers.GlobalMaxPooling2D): (batch, height,
/// width, channels) -> (batch, channels). Throws ShapeError for another rank or an image without pixels.
class KERATIN_EXPORT GlobalMaxPooling2D : public Layer {
public:
    explicit GlobalMaxPooling2D(GlobalMaxPooling2DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "GlobalMaxPooling2D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    GlobalMaxPooling2DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
