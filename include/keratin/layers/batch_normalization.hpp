#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of BatchNormalization, in Keras's order and with Keras's defaults.
struct BatchNormalizationOptions {
    int axis = -1;           ///< the channels: every index of it has its own statistics
    double momentum = 0.99;  ///< how much of the moving statistics a batch leaves
    double epsilon = 0.001;  ///< added to the variance
    bool center = true;      ///< with beta
    bool scale = true;       ///< with gamma
    InitializerHandle beta_initializer = "zeros";
    InitializerHandle gamma_initializer = "ones";
    InitializerHandle moving_mean_initializer = "zeros";
    InitializerHandle moving_variance_initializer = "ones";
    RegularizerHandle beta_regularizer = {};
    RegularizerHandle gamma_regularizer = {};
    ConstraintHandle beta_constraint = {};
    ConstraintHandle gamma_constraint = {};
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "batch_normalization", "batch_normalization_1", ... when not given
};

/// gamma * (x - mean) / sqrt(variance + epsilon) + beta, channel by channel (keras.layers.BatchNormalization,
/// Ioffe and Szegedy 2015). Any shape of rank 2 or more.
///
/// In training, mean and variance (divided by n) are those of the batch, and the moving statistics go towards
/// them: moving * momentum + batch * (1 - momentum). Otherwise, and when the layer is not trainable, they are
/// the moving statistics. Throws ShapeError when the axis does not exist or has another extent than at build.
class KERATIN_EXPORT BatchNormalization : public Layer {
public:
    explicit BatchNormalization(BatchNormalizationOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "BatchNormalization"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    BatchNormalizationOptions options;
    Variable gamma;            ///< (channels); empty until built, and without scale
    Variable beta;             ///< (channels); empty until built, and without center
    Variable moving_mean;      ///< (channels), not trainable
    Variable moving_variance;  ///< (channels), not trainable

protected:
    void build_variables(const Shape& input_shape) override;
    void own_variables(std::vector<Variable>& list) const override;

private:
    void check_input(const Shape& input) const;
    void move_towards(const Tensor& mean, const Tensor& variance) const;
};

}  // namespace keratin::layers
