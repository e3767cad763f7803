#pragma once

#include <keratin/layers/layer.hpp>

#include <string>
#include <vector>

namespace keratin::layers {

/// Arguments of Masking, in Keras's order and with Keras's defaults.
struct MaskingOptions {
    double mask_value = 0.0;
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "masking", "masking_1", ... when not given
};

/// Leaves out the time steps whose features all equal mask_value (keras.layers.Masking): they become 0, and
/// the output's mask, of the shape of all axes but the last, is false there. Input (batch, ..., features).
class KERATIN_EXPORT Masking : public Layer {
public:
    explicit Masking(MaskingOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Masking"; }
    bool supports_masking() const override { return true; }
    bool makes_mask() const override { return true; }
    std::vector<Tensor> compute_mask(const std::vector<Tensor>& inputs,
                                     const std::vector<Tensor>& outputs) const override;
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    MaskingOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
