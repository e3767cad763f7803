#pragma once

#include <keratin/layers/layer.hpp>
#include <keratin/ops/nn/affine_transform.hpp>

#include <cstdint>

namespace keratin::layers {

/// Arguments of Resizing, in Keras's order and with Keras's defaults.
struct ResizingOptions {
    Interpolation interpolation = "bilinear";  ///< "bilinear" or "nearest"
    bool crop_to_aspect_ratio = false;         ///< the largest centered part of that aspect ratio
    bool pad_to_aspect_ratio = false;          ///< the whole image, filled up with fill_value
    double fill_value = 0.0;
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "resizing", "resizing_1", ... when not given
};

/// Images of another size (keras.layers.Resizing): (batch, height, width, channels), or one image without the
/// batch, to (batch, given height, given width, channels). Floating images come out in the layer's dtype,
/// integer ones in their own, rounded. Throws ValueError for a side below 1 and when both aspect arguments
/// are true, ShapeError for an input of another rank.
class KERATIN_EXPORT Resizing : public Layer {
public:
    Resizing(int64_t height, int64_t width, ResizingOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    DType compute_output_dtype(const std::vector<DType>& inputs) const override;
    std::string class_name() const override { return "Resizing"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t height;
    int64_t width;
    ResizingOptions options;

protected:
    void build_variables(const Shape& input_shape) override;

private:
    Tensor padded(const Tensor& images) const;
};

}  // namespace keratin::layers
