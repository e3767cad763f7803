#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of LeakyReLU, in Keras's order and with Keras's defaults.
struct LeakyReLUOptions {
    double negative_slope = 0.3;
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "leaky_re_lu", "leaky_re_lu_1", ... when not given
};

/// x > 0 ? x : negative_slope * x (keras.layers.LeakyReLU); any shape. Throws ValueError for a negative
/// slope.
class KERATIN_EXPORT LeakyReLU : public Layer {
public:
    explicit LeakyReLU(LeakyReLUOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "LeakyReLU"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    LeakyReLUOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
