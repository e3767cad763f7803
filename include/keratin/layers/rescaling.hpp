#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of Rescaling, in Keras's order and with Keras's defaults.
struct RescalingOptions {
    double offset = 0.0;
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DType dtype = float32;
    std::string name = {};  ///< "rescaling", "rescaling_1", ... when not given
};

/// x * scale + offset in the layer's dtype (keras.layers.Rescaling); any shape and dtype, integers are cast.
///
///     layers::Rescaling(1. / 255)(images);   // bytes to [0, 1]
class KERATIN_EXPORT Rescaling : public Layer {
public:
    explicit Rescaling(double scale, RescalingOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Rescaling"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    double scale;
    RescalingOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
