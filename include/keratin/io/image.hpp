#pragma once

#include <keratin/core/tensor.hpp>

#include <string>

namespace keratin::io {

/// A PNG, PGM or PPM picture as uint8 (height, width, channels), channels 1 or 3; 16-bit samples become
/// 8-bit ones, palettes and transparency are resolved. Throws IoError, or FormatError with file and reason;
/// pictures above 100 million pixels are refused.
KERATIN_EXPORT Tensor read_image(const std::string& path);
/// Writes uint8 (height, width) or (height, width, 1 or 3) as PNG, through a temporary file.
KERATIN_EXPORT void write_png(const std::string& path, const Tensor& image);

}  // namespace keratin::io
