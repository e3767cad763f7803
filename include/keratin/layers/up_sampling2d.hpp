#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/resize.hpp>

namespace keratin::layers {

/// Arguments of UpSampling2D, in Keras's order and with Keras's defaults.
struct UpSampling2DOptions {
    Interpolation interpolation = "nearest";  ///< "nearest" or "bilinear"
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "up_sampling2d", "up_sampling2d_1", ... when not given
};

/// Images `size` times as large (keras.layers.UpSampling2D): (batch, height, width, channels) -> (batch,
/// size.height * height, size.width * width, channels), every pixel repeated, or bilinear as nn::resize.
/// Throws ValueError for a size below 1, ShapeError for another rank.
///
///     layers::UpSampling2D(2, {.interpolation = "bilinear"})(x);   // (1, 7, 7, 4) -> (1, 14, 14, 4)
class KERATIN_EXPORT UpSampling2D : public Layer {
public:
    explicit UpSampling2D(Size2 size = 2, UpSampling2DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "UpSampling2D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    Size2 size;
    UpSampling2DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
