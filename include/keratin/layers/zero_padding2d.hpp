#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/layers/layer.hpp>

#include <utility>

namespace keratin::layers {

/// Arguments of ZeroPadding2D, in Keras's order and with Keras's defaults.
struct ZeroPadding2DOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "zero_padding2d", "zero_padding2d_1", ... when not given
};

/// Zeros around images (keras.layers.ZeroPadding2D): (batch, height, width, channels) -> (batch, top + height
/// + bottom, left + width + right, channels). Throws ValueError for negative numbers, ShapeError for another
/// rank.
///
///     layers::ZeroPadding2D(1);                  // one on every side
///     layers::ZeroPadding2D({0, 1}, {0, 1});     // {top, bottom}, {left, right}
class KERATIN_EXPORT ZeroPadding2D : public Layer {
public:
    /// A template so that two pairs in braces are rows and columns, not a size and options.
    template <class = void>
    explicit ZeroPadding2D(Size2 padding = 1, ZeroPadding2DOptions given = {})
        : ZeroPadding2D(PadPair{padding.height, padding.height}, PadPair{padding.width, padding.width},
                        std::move(given)) {}
    ZeroPadding2D(PadPair rows, PadPair columns, ZeroPadding2DOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "ZeroPadding2D"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    PadPair rows;     ///< top, bottom
    PadPair columns;  ///< left, right
    ZeroPadding2DOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
