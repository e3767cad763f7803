#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/layers/layer.hpp>

#include <vector>

namespace keratin::layers {

/// Arguments of LayerNormalization, in Keras's order and with Keras's defaults.
struct LayerNormalizationOptions {
    OneOrMore<int> axis = -1;  ///< what is normalized together: 2, or {1, 2}
    double epsilon = 0.001;    ///< added to the variance
    bool center = true;        ///< with beta
    bool scale = true;         ///< with gamma
    InitializerHandle beta_initializer = "zeros";
    InitializerHandle gamma_initializer = "ones";
    RegularizerHandle beta_regularizer = {};
    RegularizerHandle gamma_regularizer = {};
    ConstraintHandle beta_constraint = {};
    ConstraintHandle gamma_constraint = {};
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "layer_normalization", "layer_normalization_1", ... when not given
};

/// gamma * (x - mean) / sqrt(variance + epsilon) + beta with the moments of each sample along the axes
/// (keras.layers.LayerNormalization, Ba et al. 2016). Any shape; the same in training and at inference.
/// Throws ShapeError when an axis does not exist or has another extent than at build.
///
///     layers::LayerNormalization()(x);   // (2, 10, 64) -> (2, 10, 64), gamma of shape (64,)
class KERATIN_EXPORT LayerNormalization : public Layer {
public:
    explicit LayerNormalization(LayerNormalizationOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "LayerNormalization"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    LayerNormalizationOptions options;
    Variable gamma;  ///< the extents of the axes, ascending; empty until built, and without scale
    Variable beta;   ///< the same; empty until built, and without center

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;

private:
    std::vector<int> checked_axes(const Shape& input) const;
};

}  // namespace keratin::layers
