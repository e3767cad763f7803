#pragma once

#include <keratin/core/dtype.hpp>
#include <keratin/core/export.hpp>
#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/core/word.hpp>
#include <keratin/ops/nn/resize.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

/// Pictures as keras.utils handles them; where Keras has an image of PIL's, there is a uint8 tensor here.
namespace keratin::utils {

inline constexpr std::array<std::string_view, 3> color_mode_words = {"grayscale", "rgb", "rgba"};
using ColorMode = Word<color_mode_words>;
KERATIN_EXPORT int channels_of(ColorMode mode);

/// In Keras's order and with its defaults.
struct LoadImgOptions {
    ColorMode color_mode = "rgb";           ///< 1, 3 or 4 channels
    std::optional<Size2> target_size = {};  ///< height and width; as in the file when not given
    Interpolation interpolation = "nearest";
    bool keep_aspect_ratio = false;  ///< cut the middle out instead of distorting
};

/// A picture as io::read_image reads it: uint8 (height, width, channels). Resized as by nn::resize, which
/// does not smooth when the picture gets smaller. Throws what that throws, and ValueError for a target_size
/// below 1.
KERATIN_EXPORT Tensor load_img(const std::string& path, const LoadImgOptions& options = {});

/// An image (height, width) or (height, width, channels) as (height, width, channels) of another dtype.
/// Throws ShapeError for another rank.
KERATIN_EXPORT Tensor img_to_array(const Tensor& img, DType dtype = float32);

struct ArrayToImgOptions {
    bool scale = true;      ///< the least number becomes 0, the greatest 255; false: they are 0 to 255
    DType dtype = float32;  ///< to reckon in
};

/// Numbers (height, width, channels) of 1, 3 or 4 channels as uint8, fractions cut off. Throws ShapeError for
/// another shape, ValueError for numbers that are not finite, or without `scale` outside of [0, 255].
KERATIN_EXPORT Tensor array_to_img(const Tensor& x, const ArrayToImgOptions& options = {});

struct SaveImgOptions {
    std::string file_format = {};  ///< "png"; as the path ends when not given
    bool scale = true;             ///< as ArrayToImgOptions::scale
};

/// Writes array_to_img() of x as PNG. Throws ValueError for another format, and what array_to_img() and
/// io::write_png() throw.
KERATIN_EXPORT void save_img(const std::string& path, const Tensor& x, const SaveImgOptions& options = {});

}  // namespace keratin::utils
