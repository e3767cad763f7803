#pragma once

#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of Softmax, in Keras's order and with Keras's defaults.
struct SoftmaxOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DType dtype = float32;
    std::string name = {};  ///< "softmax", "softmax_1", ... when not given
};

/// exp(x) / sum(exp(x)) along an axis, stable (keras.layers.Softmax); any shape. Throws ShapeError when there
/// is no such axis.
class KERATIN_EXPORT Softmax : public Layer {
public:
    explicit Softmax(int axis = -1, SoftmaxOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Softmax"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int axis;
    SoftmaxOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
