#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/layers/layer.hpp>

#include <vector>

namespace keratin::layers {

/// Arguments of RMSNormalization, in Keras's order and with Keras's defaults.
struct RMSNormalizationOptions {
    OneOrMore<int> axis = -1;  ///< what is normalized together: 2, or {1, 2}
    double epsilon = 1e-6;     ///< added to the mean square
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "rms_normalization", "rms_normalization_1", ... when not given
};

/// scale * x / sqrt(mean(x^2) + epsilon), the mean along the axes (keras.layers.RMSNormalization, Zhang and
/// Sennrich 2019). Any shape. Throws ShapeError when an axis does not exist or has another extent than at
/// build.
class KERATIN_EXPORT RMSNormalization : public Layer {
public:
    explicit RMSNormalization(RMSNormalizationOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "RMSNormalization"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    RMSNormalizationOptions options;
    Variable scale;  ///< the extents of the axes, ascending; empty until built

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;

private:
    std::vector<int> checked_axes(const Shape& input) const;
};

}  // namespace keratin::layers
