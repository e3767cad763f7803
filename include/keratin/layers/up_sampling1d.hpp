#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of UpSampling1D, in Keras's order and with Keras's defaults.
struct UpSampling1DOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "up_sampling1d", "up_sampling1d_1", ... when not given
};

/// Every step `size` times (keras.layers.UpSampling1D): (batch, steps, channels) -> (batch, size * steps,
/// channels). Throws ValueError for a size below 1, ShapeError for another rank.
///
///     layers::UpSampling1D(2)(x);   // (1, 3, 4) -> (1, 6, 4)
class KERATIN_EXPORT UpSampling1D : public Layer {
public:
    explicit UpSampling1D(int64_t size = 2, UpSampling1DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "UpSampling1D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t size;
    UpSampling1DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
