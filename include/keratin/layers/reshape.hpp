#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of Reshape, in Keras's order and with Keras's defaults.
struct ReshapeOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "reshape", "reshape_1", ... when not given
};

/// The same elements under another shape, the batch kept (keras.layers.Reshape): (batch, ..) -> (batch,
/// target_shape..), of which one extent may be -1. Throws ShapeError when the numbers of elements differ.
///
///     layers::Reshape({28, 28, 1})(x);   // (64, 784) -> (64, 28, 28, 1)
class KERATIN_EXPORT Reshape : public Layer {
public:
    explicit Reshape(Shape target_shape, ReshapeOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Reshape"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    Shape target_shape;  ///< without the batch
    ReshapeOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
