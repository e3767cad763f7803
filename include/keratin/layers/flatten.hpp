#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of Flatten, in Keras's order and with Keras's defaults.
struct FlattenOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "flatten", "flatten_1", ... when not given
};

/// All axes but the batch in one (keras.layers.Flatten): (batch, ..) -> (batch, product of the others), in
/// row-major order; (batch) -> (batch, 1). Throws ShapeError for a scalar. Takes every dtype.
class KERATIN_EXPORT Flatten : public Layer {
public:
    explicit Flatten(FlattenOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Flatten"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    FlattenOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
