#pragma once

#include <keratin/core/tensor.hpp>

#include <string>

namespace keratin::io {

struct ReadImageOptions {
    int channels = 0;  ///< 1 (gray), 3 (red, green, blue) or 4 (and alpha); 0: 1 or 3, as the file has them
};

/// A PNG, JPEG, BMP, PGM or PPM picture as uint8 (height, width, channels); 16-bit samples become 8-bit ones,
/// palettes are resolved, and so is transparency, over black, unless channels are given: then alpha is kept
/// or dropped as tf.io.decode_image does. Throws IoError, or FormatError with file and reason; pictures above
/// 100 million pixels are refused.
KERATIN_EXPORT Tensor read_image(const std::string& path, const ReadImageOptions& options = {});
/// Writes uint8 (height, width) or (height, width, 1, 3 or 4) as PNG, through a temporary file.
KERATIN_EXPORT void write_png(const std::string& path, const Tensor& image);

}  // namespace keratin::io
