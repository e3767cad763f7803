#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of GlobalAveragePooling1D, in Keras's order and with Keras's defaults.
struct GlobalAveragePooling1DOptions {
    bool keepdims = false;  ///< (batch, 1, channels) instead
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "global_average_pooling1d", "global_average_pooling1d_1", ... when not given
};

/// The mean of every channel over all steps that the input's mask lets count
/// (keras.layers.GlobalAveragePooling1D): (batch, steps, channels)
/// -> (batch, channels). Throws ShapeError for another rank or a sequence without steps.
class KERATIN_EXPORT GlobalAveragePooling1D : public Layer {
public:
    explicit GlobalAveragePooling1D(GlobalAveragePooling1DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "GlobalAveragePooling1D"; }
    bool supports_masking() const override { return true; }
    std::vector<Tensor> compute_mask(const std::vector<Tensor>&, const std::vector<Tensor>&) const override {
        return {};
    }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    GlobalAveragePooling1DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
