#pragma once

#include <keratin/core/one_or_more.hpp>
#include <keratin/core/tensor.hpp>

#include <array>
#include <cstdint>
#include <string>

/// What layers that work on images have in common. They take one image (height, width, channels), or a batch.
namespace keratin::layers {

/// Throws ShapeError for a shape that is neither.
void require_image_or_images(const Shape& input, const std::string& name);

/// The images as a batch in the layer's dtype, and back to one where one was given.
class ImageBatch {
public:
    ImageBatch(const Tensor& given, DType dtype, const std::string& name);

    Tensor images;  ///< (batch, height, width, channels)
    int64_t count() const { return images.shape()[0]; }
    int64_t height() const { return images.shape()[1]; }
    int64_t width() const { return images.shape()[2]; }
    Tensor unbatched(const Tensor& y) const;

private:
    bool single_;
};

/// The input's shape with other sides.
Shape with_sides(const Shape& input, int64_t height, int64_t width);

struct Box {
    int64_t top, left, height, width;
};
/// The largest centered part of the image with the target's aspect ratio.
Box box_of_aspect(int64_t height, int64_t width, int64_t to_height, int64_t to_width);
/// That part of each image; a box that reaches beyond is cut at the edge.
Tensor crop(const Tensor& images, const Box& box);

/// The largest part with the target's aspect ratio, resized (keras.preprocessing.image.smart_resize).
Tensor smart_resize(const Tensor& images, int64_t height, int64_t width);

/// A range as Keras's factor arguments tell it: f is -f to f, a pair the bounds in any order. Throws
/// ValueError for anything else, or bounds outside of [low, high].
struct Range {
    double lower, upper;
};
Range range_of(const OneOrMore<double>& factor, const char* argument, std::array<double, 2> within,
               const std::string& name);

}  // namespace keratin::layers
