#pragma once

#include <keratin/core/padding.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/core/word.hpp>

#include <array>
#include <string>
#include <string_view>

namespace keratin {

inline constexpr std::array<std::string_view, 2> interpolation_words = {"nearest", "bilinear"};
/// How values between pixels come about.
using Interpolation = Word<interpolation_words>;

/// The interpolation of that name, for strings known only at run time; throws ValueError listing the accepted
/// words.
KERATIN_EXPORT Interpolation interpolation(std::string_view name);
KERATIN_EXPORT std::string to_string(const Interpolation& interpolation);  ///< "nearest", "bilinear"

namespace nn {

/// Images with other sides (tf.image.resize): (batch, height, width, channels) -> (batch, size.height,
/// size.width, channels). Pixels are squares, so output pixel i stands at (i + 0.5) * in / out - 0.5 of the
/// input; beyond the border the border repeats, and nothing is smoothed when the image gets smaller.
/// float32 and float64. Throws ValueError for a size below 1, ShapeError for another rank or no pixels.
KERATIN_EXPORT Tensor resize(const Tensor& x, Size2 size, Interpolation interpolation = "bilinear");

}  // namespace nn
}  // namespace keratin
