#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of Softmax, in Keras's order and with Keras's defaults.
struct SoftmaxOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "softmax", "softmax_1", ... when not given
};

/// exp(x) / sum(exp(x)) along an axis, or several together, stable (keras.layers.Softmax); any shape. Throws
/// ShapeError when there is no such axis.
///
///     layers::Softmax({1, 2})(x);   // the shares of each sample's matrix sum to 1
class KERATIN_EXPORT Softmax : public Layer {
public:
    explicit Softmax(OneOrMore<int> axis = -1, SoftmaxOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Softmax"; }
    bool supports_masking() const override { return true; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    OneOrMore<int> axis;
    SoftmaxOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
