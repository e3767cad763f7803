#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of ZeroPadding1D, in Keras's order and with Keras's defaults.
struct ZeroPadding1DOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "zero_padding1d", "zero_padding1d_1", ... when not given
};

/// Zeros before and after sequences (keras.layers.ZeroPadding1D): (batch, steps, channels) -> (batch, before
/// + steps + after, channels). Throws ValueError for negative numbers, ShapeError for another rank.
///
///     layers::ZeroPadding1D(1);        // one step at either end
///     layers::ZeroPadding1D({2, 0});   // {before, after}
class KERATIN_EXPORT ZeroPadding1D : public Layer {
public:
    explicit ZeroPadding1D(int64_t padding = 1, ZeroPadding1DOptions options = {});
    explicit ZeroPadding1D(PadPair padding, ZeroPadding1DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "ZeroPadding1D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    PadPair padding;  ///< before, after
    ZeroPadding1DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
