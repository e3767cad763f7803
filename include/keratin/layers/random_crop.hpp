#pragma once

#include <keratin/core/random.hpp>
#include <keratin/layers/layer.hpp>

#include <cstdint>
#include <optional>

namespace keratin::layers {

/// Arguments of RandomCrop, in Keras's order and with Keras's defaults.
struct RandomCropOptions {
    std::optional<uint64_t> seed = {};  ///< from the default generator when not given
    RegularizerHandle activity_regularizer = {};
    bool trainable = true;
    DTypePolicy dtype = {};
    std::string name = {};  ///< "random_crop", "random_crop_1", ... when not given
};

/// In training a part of the images at a random place, the same for the whole batch
/// (keras.layers.RandomCrop): (batch, height, width, channels), or one image without the batch, of any dtype,
/// to (batch, given height, given width, channels) in the layer's. An image that is not larger on both sides
/// is cut in the middle and resized. Otherwise the largest centered part of the aspect ratio, resized, as
/// Keras's documentation has it (Keras 3.15 hands the image on). Throws ValueError for a side below 1,
/// ShapeError for an input of another rank.
class KERATIN_EXPORT RandomCrop : public Layer {
public:
    RandomCrop(int64_t height, int64_t width, RandomCropOptions options = {});

    Tensor call(const Tensor& x) override;
    Shape compute_output_shape(const Shape& input) const override;
    std::string class_name() const override { return "RandomCrop"; }
    Config get_config() const override;
    static std::shared_ptr<Layer> from_config(const Config& config);

    int64_t height;
    int64_t width;
    RandomCropOptions options;
    SeedGenerator seed_generator;  ///< shared by the layer's copies

protected:
    void build_variables(const Shape& input_shape) override;
};

}  // namespace keratin::layers
