#pragma once

#include <keratin/core/tensor.hpp>
#include <keratin/core/word.hpp>
#include <keratin/ops/nn/resize.hpp>

#include <array>
#include <string_view>

namespace keratin::nn {

inline constexpr std::array<std::string_view, 4> fill_mode_words = {"constant", "reflect", "wrap", "nearest"};

using Sampling = Interpolation;
/// What lies outside of an image: a constant (k k | a b c | k k), the image mirrored at its edge
/// (b a | a b c | c b), repeated (b c | a b c | a b), or its edge (a a | a b c | c c).
using FillMode = Word<fill_mode_words>;

struct AffineTransformOptions {
    Sampling interpolation = "bilinear";
    FillMode fill_mode = "constant";
    double fill_value = 0.0;  ///< of the constant
};

/// Images moved, turned and scaled (keras.ops.image.affine_transform): the pixel at (x, y) of an output is
/// its input's at (a0 x + a1 y + a2, b0 x + b1 y + b2). images (batch, height, width, channels), float
/// dtypes; transforms (batch, 6) or (1, 6), float32: a0, a1, a2, b0, b1, b2, constants to the tape. Throws
/// ShapeError for other shapes.
KERATIN_EXPORT Tensor affine_transform(const Tensor& images, const Tensor& transforms,
                                       const AffineTransformOptions& options = {});

}  // namespace keratin::nn
