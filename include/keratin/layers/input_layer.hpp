#pragma once

#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <optional>

namespace keratin::layers {

/// Arguments of InputLayer, in Keras's order and with Keras's defaults.
struct InputLayerOptions {
    std::optional<int64_t> batch_size = {};  ///< any when not given
    DType dtype = float32;                   ///< of the input, not only a floating one
    std::string name = {};                   ///< "input_layer", "input_layer_1", ... when not given
};

/// Says the shape of a model's input, the batch left out, and passes the input on (keras.layers.InputLayer).
/// As the first layer of a Sequential it makes all shapes known before any data is. Throws ShapeError for an
/// input of another shape; unknown extents match any.
///
///     Sequential model(layers::InputLayer({28, 28, 1}), layers::Flatten(), layers::Dense(10));
class KERATIN_EXPORT InputLayer : public Layer {
public:
    explicit InputLayer(Shape shape, InputLayerOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "InputLayer"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    /// With the batch: (None, 28, 28, 1).
    const Shape& shape() const { return batch_shape_; }

    InputLayerOptions options;

protected:
    void build_variables(const Shape& input_shape) override;

private:
    Shape batch_shape_;
    bool of_strings_ = false;  ///< in a model of Keras's: no tensor is such an input
};

}  // namespace keratin::layers

namespace keratin {

/// The beginning of a functional model: stands for inputs of this shape, the batch left out (keras.Input).
///
///     KerasTensor x = Input({28, 28, 1});   // shape (None, 28, 28, 1)
KERATIN_EXPORT KerasTensor Input(Shape shape, layers::InputLayerOptions options = {});

}  // namespace keratin
