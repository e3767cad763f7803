#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

namespace keratin::layers {

/// Arguments of Cropping1D, in Keras's order and with Keras's defaults.
struct Cropping1DOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "cropping1d", "cropping1d_1", ... when not given
};

/// Sequences without their first and last steps (keras.layers.Cropping1D): (batch, steps, channels) ->
/// (batch, steps - before - after, channels). Throws ValueError for negative numbers, ShapeError for another
/// rank or when nothing is left.
///
///     layers::Cropping1D(1);        // one step at either end
///     layers::Cropping1D({0, 2});   // {before, after}
class KERATIN_EXPORT Cropping1D : public Layer {
public:
    explicit Cropping1D(int64_t cropping = 1, Cropping1DOptions options = {});
    explicit Cropping1D(PadPair cropping, Cropping1DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Cropping1D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    PadPair cropping;  ///< before, after
    Cropping1DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
