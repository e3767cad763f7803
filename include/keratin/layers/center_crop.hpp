#pragma once

#include <keratin/layers/layer.hpp>

#include <cstdint>

namespace keratin::layers {

/// Arguments of CenterCrop, in Keras's order and with Keras's defaults.
struct CenterCropOptions {
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "center_crop", "center_crop_1", ... when not given
};

/// The middle of images (keras.layers.CenterCrop): (batch, height, width, channels), or one image without the
/// batch, of any dtype, to (batch, given height, given width, channels) in the layer's. An image that is
/// smaller is cut to the aspect ratio and resized, bilinearly. Throws ValueError for a side below 1,
/// ShapeError for an input of another rank.
class KERATIN_EXPORT CenterCrop : public Layer {
public:
    CenterCrop(int64_t height, int64_t width, CenterCropOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "CenterCrop"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t height;
    int64_t width;
    CenterCropOptions options;

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
