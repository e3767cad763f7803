#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

#include <utility>

namespace keratin::layers {

/// Arguments of Cropping2D, in Keras's order and with Keras's defaults.
struct Cropping2DOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "cropping2d", "cropping2d_1", ... when not given
};

/// Images without their borders (keras.layers.Cropping2D): (batch, height, width, channels) -> (batch, height
/// - top - bottom, width - left - right, channels). Throws ValueError for negative numbers, ShapeError for
/// another rank or when nothing is left.
///
///     layers::Cropping2D(1);                  // one pixel on every side
///     layers::Cropping2D({0, 1}, {0, 1});     // {top, bottom}, {left, right}
class KERATIN_EXPORT Cropping2D : public Layer {
public:
    /// A template so that two pairs in braces are rows and columns, not a size and options.
    template <class = void>
    explicit Cropping2D(Size2 cropping = 0, Cropping2DOptions given = {})
        : Cropping2D(PadPair{cropping.height, cropping.height}, PadPair{cropping.width, cropping.width},
                     std::move(given)) {}
    Cropping2D(PadPair rows, PadPair columns, Cropping2DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "Cropping2D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    PadPair rows;     ///< top, bottom
    PadPair columns;  ///< left, right
    Cropping2DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
