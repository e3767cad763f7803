#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of Identity, in Keras's order and with Keras's defaults.
struct IdentityOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "identity", "identity_1", ... when not given
};

/// The input (keras.layers.Identity); any shape and dtype.
class KERATIN_EXPORT Identity : public Layer {
public:
    explicit Identity(IdentityOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Identity"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    IdentityOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
