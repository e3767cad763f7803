#pragma once

#include <keratin/core/tensor.hpp>

#include "io/source.hpp"

#include <cstdint>
#include <span>
#include <string>

/// What read_image() is made of. All pictures are uint8 (height, width, channels).
namespace keratin::io {

using Bytes = std::span<const uint8_t>;

/// read_image() of bytes from anywhere, with channels that it accepts.
Tensor read_picture(const Source& file, int channels);

/// Throws FormatError unless pictures of these sides are read here.
void require_size(const std::string& path, uint64_t width, uint64_t height);

/// channels 0: 1 or 3, as the file has them. 1: the luminance, without a way through colors.
Tensor read_jpeg(const std::string& path, Bytes bytes, int channels);
/// Uncompressed, 8 bits with a palette, 24 or 32: 1 channel for a palette of grays, else 3, with 32 bits 4.
Tensor read_bmp(const std::string& path, Bytes bytes);

/// 1 to 4 channels (gray, gray and alpha, colors, colors and alpha) as 1, 3 or 4 of them, as TensorFlow's
/// decode_image: alpha is dropped, or opaque where there was none, and gray is libpng's.
Tensor with_channels(const Tensor& picture, int channels);

}  // namespace keratin::io
