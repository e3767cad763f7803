#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of ELU, in Keras's order and with Keras's defaults.
struct ELUOptions {
    double alpha = 1.0;  ///< what it goes towards for large negative x, negated
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "elu", "elu_1", ... when not given
};

/// x > 0 ? x : alpha * (exp(x) - 1) (keras.layers.ELU, Clevert et al. 2016); any shape.
class KERATIN_EXPORT ELU : public Layer {
public:
    explicit ELU(ELUOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "ELU"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    ELUOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
