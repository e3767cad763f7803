#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of GlobalMaxPooling1D, in Keras's order and with Keras's defaults.
struct GlobalMaxPooling1DOptions {
    bool keepdims = false;  ///< (batch, 1, channels) instead
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "global_max_pooling1d", "global_max_pooling1d_1", ... when not given
};

/// The largest value of every channel over all steps (keras.layers.GlobalMaxPooling1D): (batch, steps,
/// channels) -> (batch, channels). Throws ShapeError for another rank or a sequence without steps.
class KERATIN_EXPORT GlobalMaxPooling1D : public Layer {
public:
    explicit GlobalMaxPooling1D(GlobalMaxPooling1DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "GlobalMaxPooling1D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    GlobalMaxPooling1DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
