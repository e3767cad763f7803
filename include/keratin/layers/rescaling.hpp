#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of Rescaling, in Keras's order and with Keras's defaults.
struct RescalingOptions {
    OneOrMore<double> offset = 0.0;  ///< one number, or one per channel (the last axis)
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "rescaling", "rescaling_1", ... when not given
};

/// x * scale + offset in the layer's dtype (keras.layers.Rescaling); any shape and dtype, integers are cast.
/// Throws ShapeError when there are several numbers, and not one per channel.
///
///     layers::Rescaling(1. / 255)(images);                                   // bytes to [0, 1]
///     layers::Rescaling({2, 4, 4}, {.offset = {-1, -1, 0}})(images);         // each channel its own
class KERATIN_EXPORT Rescaling : public Layer {
public:
    explicit Rescaling(OneOrMore<double> scale, RescalingOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Rescaling"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    OneOrMore<double> scale;
    RescalingOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
