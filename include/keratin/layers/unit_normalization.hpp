#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of UnitNormalization, in Keras's order and with Keras's defaults.
struct UnitNormalizationOptions {
    OneOrMore<int> axis = -1;  ///< what is normalized together: 2, or {1, 2}
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "unit_normalization", "unit_normalization_1", ... when not given
};

/// x / sqrt(sum(x^2)) along the axes, so that the L2 norm is 1; zeros stay zeros
/// (keras.layers.UnitNormalization). Any shape. Throws ShapeError when there is no such axis.
class KERATIN_EXPORT UnitNormalization : public Layer {
public:
    explicit UnitNormalization(UnitNormalizationOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "UnitNormalization"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    UnitNormalizationOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
