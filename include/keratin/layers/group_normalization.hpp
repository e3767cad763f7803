#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of GroupNormalization, in Keras's order and with Keras's defaults.
struct GroupNormalizationOptions {
    int64_t groups = 32;     ///< divides the channels; -1: each channel is a group (instance normalization)
    int axis = -1;           ///< the channels
    double epsilon = 0.001;  ///< added to the variance
    bool center = true;      ///< with beta
    bool scale = true;       ///< with gamma
    InitializerHandle beta_initializer = "zeros";
    InitializerHandle gamma_initializer = "ones";
    RegularizerHandle beta_regularizer = {};
    RegularizerHandle gamma_regularizer = {};
    ConstraintHandle beta_constraint = {};
    ConstraintHandle gamma_constraint = {};
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "group_normalization", "group_normalization_1", ... when not given
};

/// gamma * (x - mean) / sqrt(variance + epsilon) + beta, gamma and beta channel by channel, the moments those
/// of each sample and group of neighbouring channels (keras.layers.GroupNormalization, Wu and He 2018). Any
/// shape of rank 2 or more; the same in training and at inference. Throws ShapeError when the channels do not
/// divide into the groups or are others than at build.
///
///     layers::GroupNormalization({.groups = 4})(x);   // (2, 8, 8, 16): groups of 4 channels
class KERATIN_EXPORT GroupNormalization : public Layer {
public:
    explicit GroupNormalization(GroupNormalizationOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "GroupNormalization"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    GroupNormalizationOptions options;
    Variable gamma;  ///< (channels); empty until built, and without scale
    Variable beta;   ///< (channels); empty until built, and without center

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;

private:
    int checked_axis(const Shape& input) const;
};

}  // namespace keratin::layers
