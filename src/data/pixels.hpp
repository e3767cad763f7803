#pragma once

#include <keratin/models/training.hpp>

namespace keratin::datasets {

/// Throws DTypeError, naming the owner, for a dtype that images do not come in.
void require_pixel_dtype(DType dtype, const char* owner);
/// uint8 images as the dtype says: as they are, with a scale, or as float32 in [0, 1].
Dataset with_pixels(const Tensor& images, const Tensor& labels, DType dtype);

}  // namespace keratin::datasets
